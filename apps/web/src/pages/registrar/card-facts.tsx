import { Fact } from '../../components/fact.js';
import { useBilingual } from '../../i18n/bilingual.js';
import { useMessages } from '../../i18n/use-messages.js';
import type {
  NextCertificate,
  RegistryInvitation,
  RegistryPerson,
} from '../../protocol/operations.js';

type Described = Pick<RegistryPerson, 'title' | 'office' | 'roles' | 'personId'> &
  Partial<Pick<RegistryInvitation & NextCertificate, 'auditScope'>>;

/** Who somebody is, as it was or will be signed: nothing that counts is left out. */
export function CardFacts({ about }: { readonly about: Described }) {
  const t = useMessages();
  const said = useBilingual();
  const { title, office, roles, auditScope, personId } = about;
  return (
    <dl className="facts">
      <Fact name={t('vouching.post')}>{said(title)}</Fact>
      <Fact name={t('vouching.office')}>{said(office)}</Fact>
      <Fact name={t('vouching.roles')}>{roles.map((role) => t(`role.${role}`)).join(' · ')}</Fact>
      {auditScope !== null && auditScope !== undefined && (
        <Fact name={t('invite.scope')}>{t(`scope.${auditScope}`)}</Fact>
      )}
      <Fact name={t('home.person')}>
        <span className="code">{personId}</span>
      </Fact>
    </dl>
  );
}

/** Whether everything is known that a registrar reads before a signature. */
export function isNamed({
  name,
  title,
  office,
}: Pick<RegistryPerson, 'name' | 'title' | 'office'>) {
  return name !== null && title !== null && office !== null;
}

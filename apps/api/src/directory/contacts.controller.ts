import { ROUTES, type ContactStanding } from '@enlace/contracts';
import {
  IdParams,
  ProposeContactRequest,
  RejectContactRequest,
  StatementRequest,
} from '@enlace/contracts/dto';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { Contacts } from './contacts.service.js';

@Controller()
export class ContactsController {
  constructor(private readonly contacts: Contacts) {}

  @Post(ROUTES.contacts)
  @Access('contact.propose')
  @Audited('contact.proposed')
  async propose(
    @CurrentAct() act: ActContext,
    @Body() body: ProposeContactRequest,
  ): Promise<ContactStanding> {
    return this.contacts.propose(act, body);
  }

  @Post(ROUTES.contactApproval)
  @Access('contact.approve')
  @Audited('contact.approved')
  async approve(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<ContactStanding> {
    return this.contacts.approve(act, id, wire);
  }

  @Post(ROUTES.contactRejection)
  @HttpCode(200)
  @Access('contact.reject')
  @Audited('contact.rejected')
  async reject(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { reason }: RejectContactRequest,
  ): Promise<ContactStanding> {
    return this.contacts.reject(act, id, reason);
  }

  @Post(ROUTES.contactConfirmation)
  @Access('contact.confirm')
  @Audited('contact.confirmed')
  async confirm(
    @CurrentAct() act: ActContext,
    @Param() { id }: IdParams,
    @Body() { wire }: StatementRequest,
  ): Promise<ContactStanding> {
    return this.contacts.confirm(act, id, wire);
  }
}

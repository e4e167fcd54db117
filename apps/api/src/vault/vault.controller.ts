import { ROUTES, type VaultItemShown, type VaultShown, type VaultWritten } from '@enlace/contracts';
import { PutVaultRequest, VaultItemParams } from '@enlace/contracts/dto';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';

import type { ActContext } from '../platform/access/act.js';
import { CurrentAct } from '../platform/access/act-guard.js';
import { Access, Audited } from '../platform/access/declarations.js';
import { Limited } from '../platform/rates/rate-gate.js';
import { Vaults } from './vault.service.js';

@Controller()
export class VaultController {
  constructor(private readonly vaults: Vaults) {}

  @Get(ROUTES.vault)
  @Limited('vault')
  @Access('vault.read')
  @Audited('vault.fetched')
  async show(@CurrentAct() act: ActContext): Promise<VaultShown> {
    return this.vaults.show(act);
  }

  @Get(ROUTES.vaultItem)
  @Limited('vault')
  @Access('vault.read')
  @Audited('vault.fetched')
  async showItem(
    @CurrentAct() act: ActContext,
    @Param() { itemId }: VaultItemParams,
  ): Promise<VaultItemShown> {
    return this.vaults.showItem(act, itemId);
  }

  @Put(ROUTES.vault)
  @Limited('vault')
  @Access('vault.write')
  @Audited('vault.updated')
  async write(
    @CurrentAct() act: ActContext,
    @Body() request: PutVaultRequest,
  ): Promise<VaultWritten> {
    return this.vaults.write(act, request);
  }
}

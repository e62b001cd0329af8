import { readerCaps, readerGrants, tenantFilter } from '../collector/src/engine/reader-user.ts';
import { type XmlValue, xmlElement } from '../collector/src/engine/xml.ts';
import { clusterSchema, TENANT_SCHEMA } from '../collector/src/tenant-tables.ts';

/** Most memory that a query of Grafana's user may take: 2 GiB. */
const READER_MEMORY = 2 * 1024 ** 3;
const DATABASE = 'spanledger';
const READER = { name: 'reader', tenant: 'default', seesContent: false } as const;

/**
 * Makes the users of compose's ClickHouse: `spanledger` for the collector and `reader` for Grafana, which has the same rights, caps and
 * row policies as a reader of the embedded engine. There is no user `default`.
 * @param isCluster makes those of `compose/cluster`: rows lie in more tables, and what a view asks of another is asked of all shards
 */
export function composeUsers(isCluster = false): string {
  const schema = { database: DATABASE, ...(isCluster ? clusterSchema() : TENANT_SCHEMA) };
  const { grants, revokes } = readerGrants(READER, schema);
  const caps = Object.entries(readerCaps(READER_MEMORY));
  const everywhere = { networks: { ip: '::/0' }, quota: 'default' };
  const collector: XmlValue = {
    ...everywhere,
    profile: 'default',
    grants: { query: [`GRANT ALL ON ${DATABASE}.*`, 'GRANT TABLE ENGINE ON *', 'GRANT SELECT ON system.*'] },
  };
  const filter = tenantFilter(READER);
  const reader: XmlValue = {
    ...everywhere,
    profile: 'reader',
    grants: { query: [...grants.map((grant) => `GRANT ${grant}`), ...revokes.map((revoke) => `REVOKE ${revoke}`)] },
    databases: { [DATABASE]: Object.fromEntries(schema.tenantTables.map((table) => [table, { filter }])) },
  };
  const profile: XmlValue = {
    readonly: 2,
    ...(isCluster ? { distributed_product_mode: 'global', skip_unavailable_shards: 0 } : {}),
    ...Object.fromEntries(caps.map(([name, { value }]) => [name, value])),
    constraints: Object.fromEntries(caps.map(([name, { most }]) => [name, { min: 1, max: most }])),
  };
  return `<!-- Made by \`npm run compose:users\` from the tables of tenants. Passwords come from the environment of the server. -->
<clickhouse>
<users>
<default remove="remove"/>
${withPassword(xmlElement('spanledger', collector), 'SPANLEDGER_CLICKHOUSE_PASSWORD')}${withPassword(xmlElement(READER.name, reader), 'SPANLEDGER_READER_PASSWORD')}</users>
${xmlElement('profiles', { reader: profile })}</clickhouse>
`;
}

/** Puts the password first in a user's element: ClickHouse fills it in from its environment. */
function withPassword(user: string, variable: string): string {
  return user.replace('>\n', `>\n<password from_env="${variable}"/>\n`);
}

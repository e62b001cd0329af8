/** Uids of the boards: a link names a board by it, so they never change. */
export const BOARDS = {
  fleet: 'spanledger-fleet',
  run: 'spanledger-run',
  sla: 'spanledger-sla',
  cost: 'spanledger-cost',
} as const;

/** Plugin that all queries are for. */
export const DATA_SOURCE_TYPE = 'grafana-clickhouse-datasource';

/** Uid of the provisioned data source; the variable `datasource` of each board can choose another. */
export const DATA_SOURCE_UID = 'spanledger';

/** What panels, variables and annotations name as their data source: the one that the board's variable chose. */
export const DATA_SOURCE: { readonly type: string; readonly uid: string } = {
  type: DATA_SOURCE_TYPE,
  uid: '${datasource}',
};

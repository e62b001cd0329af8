/** ClickHouse's NOT_ENOUGH_SPACE. */
const NOT_ENOUGH_SPACE = '243';

/** Whether an error of ClickHouse or of the file system says that a disk has no room, itself or as its cause. */
export function isNoSpace(error: Error): boolean {
  const code = 'serverCode' in error ? error.serverCode : 'code' in error ? error.code : undefined;
  if (['ENOSPC', 'EDQUOT', NOT_ENOUGH_SPACE].includes(String(code))) return true;
  if (/No space left on device|Disk quota exceeded|\(NOT_ENOUGH_SPACE\)/.test(error.message)) return true;
  return error.cause instanceof Error && isNoSpace(error.cause);
}

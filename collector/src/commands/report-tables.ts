import type { PolicyViolation, StepRecord, WorkflowSummary } from '@spanledger/client';
import { formatCount, formatDollars, formatNumber, formatTime, NOTHING } from './format.ts';
import type { ListedRun, ReportData } from './report-data.ts';
import { type Cell, type Paint, printable, renderTable, type Style } from './table.ts';

const STATUS_STYLES: Readonly<Record<string, Style>> = {
  completed: 'green',
  commit: 'green',
  failed: 'red',
  blocked: 'red',
  reject: 'red',
  lost: 'red',
  escalate: 'yellow',
  paused: 'yellow',
  running: 'cyan',
};

/** Draws a run's report: totals, audit trail, latency of the nodes, violations. */
export function renderReport(report: ReportData, width: number, paint: Paint): string {
  const { steps, nodeLatency, policyViolations, workflowSummary } = report;
  const { count, blockedCount, violations } = policyViolations;
  const nodes = [...nodeLatency.allStats().values()];
  return [
    renderSummary(workflowSummary.summary, width, paint),
    section('Audit trail', paint) + renderSteps(steps, width, paint),
    section('Node latency, ms', paint) +
      renderTable(
        [{ title: 'node' }, ...['p50', 'p95', 'p99', 'max', 'count', 'errors'].map(atRight)],
        nodes.map((node) => [
          node.nodeId,
          ...[node.p50Ms, node.p95Ms, node.p99Ms, node.maxMs].map(formatNumber),
          formatCount(node.count),
          formatCount(node.errorCount),
        ]),
        width,
        paint,
      ),
    section(`Policy violations: ${formatCount(count)}, blocked steps: ${formatCount(blockedCount)}`, paint) +
      (violations.length === 0 ? '' : renderViolations(violations, width, paint)),
  ].join('\n');
}

/** Draws a list of runs. */
export function renderRuns(runs: readonly ListedRun[], width: number, paint: Paint): string {
  if (runs.length === 0) return 'No runs yet.\n';
  return renderTable(
    [
      // To be copied into the next command.
      { title: 'run', isWhole: true },
      ...['workflow', 'status', 'started (UTC)'].map((title) => ({ title })),
      ...['ms', 'steps', 'blocked', 'failed', 'cost USD', 'tokens'].map(atRight),
    ],
    runs.map((run) => [
      run.run_id,
      run.workflow_name || NOTHING,
      styled(run.status),
      formatTime(run.start_time),
      formatNumber(run.duration_ms),
      formatCount(run.step_count),
      formatCount(run.blocked_steps),
      formatCount(run.failed_steps),
      formatDollars(run.total_cost_usd),
      formatCount(run.total_tokens),
    ]),
    width,
    paint,
  );
}

function renderSummary(summary: WorkflowSummary, width: number, paint: Paint): string {
  const title = `Run ${printable(summary.runId)}`;
  const workflow = summary.workflowName === '' ? '' : `  ${printable(summary.workflowName)}`;
  const head = [
    ...['status', 'started (UTC)'].map((name) => ({ title: name })),
    ...['ms', 'steps', 'nodes', 'blocked', 'failed', 'cost USD', 'tokens', 'gCO2e', 'confidence'].map(atRight),
  ];
  const row: Cell[] = [
    styled(summary.status),
    formatTime(summary.startTime),
    formatNumber(summary.durationMs),
    formatCount(summary.stepCount),
    formatCount(summary.nodeCount),
    formatCount(summary.blockedSteps),
    formatCount(summary.failedSteps),
    formatDollars(summary.totalCostUsd),
    formatCount(summary.totalTokens),
    formatNumber(summary.totalCarbonGco2),
    formatNumber(summary.meanConfidence),
  ];
  return `${paint('bold', title)}${workflow}\n\n${renderTable(head, [row], width, paint)}`;
}

function renderSteps(steps: readonly StepRecord[], width: number, paint: Paint): string {
  return renderTable(
    [
      { title: 'node' },
      atRight('attempt'),
      ...['verdict', 'status'].map((title) => ({ title })),
      ...['ms', 'cost USD', 'tokens'].map(atRight),
      { title: 'blocked by' },
    ],
    steps.map((step) => [
      step.nodeId,
      formatCount(step.attempt),
      styled(step.verdict ?? NOTHING),
      styled(step.status),
      formatNumber(step.durationMs),
      formatDollars(step.costUsd),
      formatCount(step.tokensUsed),
      step.blocked ? [step.blockCheck, step.blockRule || step.blockReason].filter(Boolean).join(': ') : '',
    ]),
    width,
    paint,
  );
}

function renderViolations(violations: readonly PolicyViolation[], width: number, paint: Paint): string {
  return renderTable(
    ['node', 'attempt', 'check', 'rule', 'blocked', 'reason'].map((title) => ({ title })),
    violations.map((found) => [
      found.nodeId,
      formatCount(found.attempt),
      found.checkName,
      found.ruleName,
      found.blocked ? 'yes' : 'no',
      found.reason,
    ]),
    width,
    paint,
  );
}

function atRight(title: string): { title: string; align: 'right' } {
  return { title, align: 'right' };
}

function styled(text: string): Cell {
  const style = STATUS_STYLES[text];
  return style === undefined ? text : { text, style };
}

function section(title: string, paint: Paint): string {
  return `${paint('bold', title)}\n\n`;
}

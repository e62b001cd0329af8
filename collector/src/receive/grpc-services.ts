import type { ServiceDefinition, UntypedServiceImplementation } from '@grpc/grpc-js';

/** `Export` of one collector service; bytes go in and out as they are. */
function exportService(path: string): ServiceDefinition<UntypedServiceImplementation> {
  const same = (bytes: Buffer): Buffer => bytes;
  return {
    Export: {
      path: `${path}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  };
}

/** opentelemetry.proto.collector.trace.v1.TraceService */
export const TRACE_SERVICE: ServiceDefinition<UntypedServiceImplementation> = exportService(
  '/opentelemetry.proto.collector.trace.v1.TraceService',
);

/** opentelemetry.proto.collector.logs.v1.LogsService */
export const LOGS_SERVICE: ServiceDefinition<UntypedServiceImplementation> = exportService(
  '/opentelemetry.proto.collector.logs.v1.LogsService',
);

/** opentelemetry.proto.collector.metrics.v1.MetricsService, known only to be refused in plain words. */
export const METRICS_SERVICE: ServiceDefinition<UntypedServiceImplementation> = exportService(
  '/opentelemetry.proto.collector.metrics.v1.MetricsService',
);

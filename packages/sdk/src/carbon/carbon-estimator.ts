import type { ModelUsage } from '../cost/model-usage.ts';
import { ConfigurationError } from '../errors.ts';
import { CARBON_METHOD, CLOUD_REGIONS, DATA_CENTRES, DECODE, GRIDS, PREFILL } from './factors.ts';
import { MODEL_SIZES, type ModelOwner } from './model-sizes.ts';

/** How large a model is. Billions of parameters. */
export interface ModelSize {
  readonly totalParameters: number;
  /** Those that one token uses. Default all. */
  readonly activeParameters?: number;
  /** Default: what the method says of a model of this size. */
  readonly tokensPerSecond?: number;
}

/** Options of {@link carbonEstimator}. */
export interface CarbonOptions {
  /** Where the models run: a country (ISO 3166 alpha-3), `WOR` for the world, or a cloud region such as `eu-west-3`. Default: where their owner's data centres stand. */
  readonly region?: string;
  /** Grams of CO2 equivalent a kWh, instead of the grid's of the region. */
  readonly gridGramsPerKwh?: number;
  /** Power usage effectiveness, 1 or more. Default: that of the model's owner. */
  readonly pue?: number;
  /** Sizes of models that the method does not know, by name, or other sizes of those it knows. */
  readonly models?: Readonly<Record<string, ModelSize>>;
}

/** What a model call emitted. An estimate: the sizes of most models are. */
export interface CarbonEstimate {
  /** Grams of CO2 equivalent of the electricity used; making the hardware is not in it. */
  readonly grams: number;
  readonly inputGrams: number;
  readonly outputGrams: number;
  /** Watt hours, the data centre's overhead included. */
  readonly energyWh: number;
  /** Method and version, with the grid and the overhead that were used. */
  readonly method: string;
}

/** Estimates the carbon of model calls. */
export interface CarbonEstimator {
  /** Gives an estimate; `undefined` for an unknown model and for a call that does not say its tokens. Never a guess. */
  estimate(usage: ModelUsage): CarbonEstimate | undefined;
}

interface Place {
  readonly pue: number;
  readonly region: string;
  readonly gridGramsPerKwh: number;
}

/**
 * Makes an estimator by the method of EcoLogits for output tokens, and by operations for input tokens that no cache had; see
 * `carbon/factors.ts` for each factor and its source.
 *
 * @example
 * carbonEstimator({ region: 'eu-west-3' }).estimate({ model: 'gpt-4o-mini', inputTokens: 1000, outputTokens: 200 });
 * @throws ConfigurationError `CARBON_OPTIONS_INVALID` for an unknown region or a number that can't be.
 */
export function carbonEstimator(options: CarbonOptions = {}): CarbonEstimator {
  const region = options.region === undefined ? undefined : (ownValue(CLOUD_REGIONS, options.region) ?? options.region);
  if (region !== undefined && ownValue(GRIDS, region) === undefined) {
    throw invalid(
      'region',
      `"${options.region}" is not known; give a country such as FRA, or gridGramsPerKwh with region WOR`,
    );
  }
  if (options.pue !== undefined && !(options.pue >= 1 && options.pue <= 10))
    throw invalid('pue', 'must be from 1 to 10');
  const grid = options.gridGramsPerKwh;
  if (grid !== undefined && !(grid >= 0 && grid <= 5000)) throw invalid('gridGramsPerKwh', 'must be from 0 to 5000');
  const ownSizes = new Map(Object.entries(options.models ?? {}));
  for (const [name, size] of ownSizes) checkSize(name, size);

  const placeOf = (owner: ModelOwner | undefined): Place => {
    const home = owner === undefined ? { pue: 1.2, region: 'WOR' } : DATA_CENTRES[owner];
    const here = region ?? home.region;
    return { pue: options.pue ?? home.pue, region: here, gridGramsPerKwh: grid ?? ownValue(GRIDS, here) ?? 0 };
  };
  return {
    estimate(usage) {
      const { model, inputTokens, outputTokens } = usage;
      if (model === undefined || inputTokens === undefined || outputTokens === undefined) return undefined;
      const size = ownSizes.get(model) ?? ownSizes.get(plainName(model));
      const row = ownValue(MODEL_SIZES, plainName(model));
      const known = size ?? (row === undefined ? undefined : sizeOf(row));
      if (known === undefined) return undefined;
      const place = placeOf(row?.[0]);
      const fresh = Math.max(0, inputTokens - (usage.cacheReadTokens ?? 0));
      const inputWh = fresh * prefillWh(known) * place.pue;
      const outputWh = outputTokens * decodeWh(known) * place.pue;
      const perWh = place.gridGramsPerKwh / 1000;
      return {
        grams: (inputWh + outputWh) * perWh,
        inputGrams: inputWh * perWh,
        outputGrams: outputWh * perWh,
        energyWh: inputWh + outputWh,
        method: `${CARBON_METHOD};grid=${grid === undefined ? place.region : 'custom'}:${place.gridGramsPerKwh};pue=${place.pue}`,
      };
    },
  };
}

/** Watt hours of a token that is read: its operations at the power of a GPU. */
function prefillWh({ totalParameters, activeParameters = totalParameters }: ModelSize): number {
  const seconds = (PREFILL.operationsPerParameter * activeParameters * 1e9) / (PREFILL.gpuFlops * PREFILL.utilisation);
  return (seconds * PREFILL.gpuWatts) / 3600;
}

/** Watt hours of a token that is written: of the GPUs that hold the model, and of their share of the server. */
function decodeWh({ totalParameters, activeParameters = totalParameters, tokensPerSecond }: ModelSize): number {
  const d = DECODE;
  const gpuWh = d.energyAlpha * Math.exp(d.energyBeta * d.batchSize) * activeParameters + d.energyGamma;
  const memoryGb = (d.memoryOverhead * totalParameters * d.bitsPerParameter) / 8;
  const gpus = 2 ** Math.ceil(Math.log2(Math.ceil(memoryGb / d.gpuMemoryGb)));
  const modelled = d.latencyAlpha * activeParameters + d.latencyBeta * d.batchSize + d.latencyGamma;
  const seconds = tokensPerSecond === undefined ? modelled : 1 / tokensPerSecond;
  const serverWh = (seconds / 3600) * d.serverKw * 1000 * (gpus / d.gpusPerServer) * (1 / d.batchSize);
  return serverWh + gpus * gpuWh;
}

function sizeOf([, totalParameters, least, most, tokensPerSecond]: (typeof MODEL_SIZES)[string]): ModelSize {
  const size = { totalParameters, activeParameters: (least + most) / 2 };
  return tokensPerSecond === undefined ? size : { ...size, tokensPerSecond };
}

/** A model's name without who sells it, where it runs and when it was released. */
function plainName(model: string): string {
  return model
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:(?:us|eu|apac|jp|au|global)\.)?(?:anthropic|mistral)\./, '')
    .replace(/(?:-v\d+(?::\d+)?|@[\w.-]+)$/, '')
    .replace(/-(?:20\d\d-\d\d-\d\d|20\d{6}|\d{4})$/, '');
}

/** A model may be called `constructor`. */
function ownValue<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function checkSize(name: string, { totalParameters, activeParameters, tokensPerSecond }: ModelSize): void {
  const path = `models.${name}`;
  if (!(totalParameters > 0 && totalParameters <= 1e5))
    throw invalid(path, 'totalParameters must be above 0, in billions');
  if (activeParameters !== undefined && !(activeParameters > 0 && activeParameters <= totalParameters)) {
    throw invalid(path, 'activeParameters must be above 0 and at most totalParameters');
  }
  if (tokensPerSecond !== undefined && !(tokensPerSecond > 0)) throw invalid(path, 'tokensPerSecond must be above 0');
}

function invalid(path: string, message: string): ConfigurationError {
  return new ConfigurationError('CARBON_OPTIONS_INVALID', path, message);
}

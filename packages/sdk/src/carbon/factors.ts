import type { ModelOwner } from './model-sizes.ts';

/** Name and version of the method: changed whenever a factor or a formula is. */
export const CARBON_METHOD = 'ecologits-0.11.3+prefill/1';

/**
 * Energy of an output token, by the regressions of EcoLogits 0.11.3 (https://ecologits.ai/latest/methodology/llm_inference) over
 * measurements of the ML.ENERGY leaderboard on H100 GPUs, 64 requests at a time.
 */
export const DECODE = {
  batchSize: 64,
  /** Wh a token, GPU and billion active parameters; falls with the batch. */
  energyAlpha: 1.1665273170451914e-6,
  energyBeta: -0.011205921025579175,
  /** Wh a token and GPU. */
  energyGamma: 4.052928146734005e-5,
  /** Seconds a token: for a billion active parameters, for a request of the batch, and always. */
  latencyAlpha: 0.0006785088094353663,
  latencyBeta: 0.0003119310311688259,
  latencyGamma: 0.019473717579473387,
  bitsPerParameter: 16,
  /** Memory needed besides the parameters' own. */
  memoryOverhead: 1.2,
  gpuMemoryGb: 80,
  gpusPerServer: 8,
  /** Kilowatts of a server without its GPUs. */
  serverKw: 1.2,
} as const;

/**
 * Energy of an input token that no cache had: two operations a parameter and token (Kaplan et al. 2020, arXiv 2001.08361), on an H100 SXM
 * of 989.4 TFLOPS in BF16 and 700 W (NVIDIA's data sheet), of which large models use 76 % on input (Pope et al. 2022, arXiv 2211.05102).
 */
export const PREFILL = { operationsPerParameter: 2, gpuFlops: 989.4e12, utilisation: 0.76, gpuWatts: 700 } as const;

/** Power usage effectiveness of data centres and the country whose grid feeds them, as EcoLogits 0.11.3 has them; of ranges the middle. */
export const DATA_CENTRES: Readonly<Record<ModelOwner, { readonly pue: number; readonly region: string }>> = {
  anthropic: { pue: 1.115, region: 'USA' },
  google: { pue: 1.09, region: 'USA' },
  mistral: { pue: 1.16, region: 'SWE' },
  openai: { pue: 1.2, region: 'USA' },
};

/** Grams of CO2 equivalent a kWh of a country's grid (ISO 3166 alpha-3), as EcoLogits 0.11.3 has them. */
export const GRIDS: Readonly<Record<string, number>> = {
  AUS: 525.18,
  BEL: 149.82,
  BRA: 109.95,
  CAN: 190.72,
  CHE: 39.22,
  DEU: 329.65,
  ESP: 153.6,
  FIN: 57.47,
  FRA: 41.44,
  GBR: 217.41,
  IND: 670.13,
  IRL: 256.54,
  ITA: 284.78,
  JPN: 477.26,
  KOR: 417.06,
  NLD: 253.56,
  NOR: 28.11,
  POL: 588.6,
  SGP: 497.09,
  SWE: 35.26,
  USA: 384.4,
  WOR: 458.29,
};

/** Countries of cloud regions. */
export const CLOUD_REGIONS: Readonly<Record<string, string>> = {
  'ap-northeast-1': 'JPN',
  'ap-northeast-2': 'KOR',
  'ap-south-1': 'IND',
  'ap-southeast-1': 'SGP',
  'ap-southeast-2': 'AUS',
  'asia-northeast1': 'JPN',
  australiaeast: 'AUS',
  brazilsouth: 'BRA',
  'ca-central-1': 'CAN',
  canadacentral: 'CAN',
  eastus: 'USA',
  eastus2: 'USA',
  'eu-central-1': 'DEU',
  'eu-central-2': 'CHE',
  'eu-north-1': 'SWE',
  'eu-south-1': 'ITA',
  'eu-south-2': 'ESP',
  'eu-west-1': 'IRL',
  'eu-west-2': 'GBR',
  'eu-west-3': 'FRA',
  'europe-north1': 'FIN',
  'europe-west1': 'BEL',
  'europe-west2': 'GBR',
  'europe-west3': 'DEU',
  'europe-west4': 'NLD',
  'europe-west9': 'FRA',
  francecentral: 'FRA',
  germanywestcentral: 'DEU',
  japaneast: 'JPN',
  northeurope: 'IRL',
  norwayeast: 'NOR',
  'sa-east-1': 'BRA',
  swedencentral: 'SWE',
  switzerlandnorth: 'CHE',
  uksouth: 'GBR',
  'us-central1': 'USA',
  'us-east-1': 'USA',
  'us-east-2': 'USA',
  'us-east4': 'USA',
  'us-west-1': 'USA',
  'us-west-2': 'USA',
  westeurope: 'NLD',
  westus: 'USA',
  westus3: 'USA',
};

import openai_calls
import telemetry
from openinference.instrumentation.openai import OpenAIInstrumentor

provider = telemetry.start()
OpenAIInstrumentor().instrument(tracer_provider=provider)
openai_calls.run()
provider.shutdown()

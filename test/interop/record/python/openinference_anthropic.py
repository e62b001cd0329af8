import anthropic_calls
import telemetry
from openinference.instrumentation.anthropic import AnthropicInstrumentor

provider = telemetry.start()
AnthropicInstrumentor().instrument(tracer_provider=provider)
anthropic_calls.run()
provider.shutdown()

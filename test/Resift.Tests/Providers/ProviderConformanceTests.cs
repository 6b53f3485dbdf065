using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>Every provider passes the tests that all rerankers pass, over real connections to a server that speaks its dialect.</summary>
public abstract class ProviderConformanceTests : PointwiseRerankerConformanceTests, IAsyncLifetime
{
    private readonly ProviderCase _provider;
    private readonly LoopbackServer _server;

    protected ProviderConformanceTests(string name)
    {
        _provider = ProviderCase.All[name];
        _server = new(_provider.Answer);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override IReranker CreateReranker() => _provider.Create(_provider.Options(_server.Address), null);
}

public sealed class CohereV2ConformanceTests() : ProviderConformanceTests("cohere-v2");

public sealed class CohereV1ConformanceTests() : ProviderConformanceTests("cohere-v1");

public sealed class VoyageConformanceTests() : ProviderConformanceTests("voyage");

public sealed class JinaConformanceTests() : ProviderConformanceTests("jina");

public sealed class MixedbreadConformanceTests() : ProviderConformanceTests("mixedbread");

public sealed class TogetherConformanceTests() : ProviderConformanceTests("together");

public sealed class PineconeConformanceTests() : ProviderConformanceTests("pinecone");

public sealed class TeiConformanceTests() : ProviderConformanceTests("tei");

public sealed class VllmConformanceTests() : ProviderConformanceTests("vllm");

public sealed class VllmScoreConformanceTests() : ProviderConformanceTests("vllm-score");

public sealed class LlamaCppConformanceTests() : ProviderConformanceTests("llamacpp");

public sealed class InfinityConformanceTests() : ProviderConformanceTests("infinity");

public sealed class NvidiaNimConformanceTests() : ProviderConformanceTests("nvidia");

public sealed class SGLangConformanceTests() : ProviderConformanceTests("sglang");

public sealed class DashScopeConformanceTests() : ProviderConformanceTests("dashscope");

public sealed class SiliconFlowConformanceTests() : ProviderConformanceTests("siliconflow");

public sealed class ZeroEntropyConformanceTests() : ProviderConformanceTests("zeroentropy");

public sealed class ContextualConformanceTests() : ProviderConformanceTests("contextual");

public sealed class FireworksConformanceTests() : ProviderConformanceTests("fireworks");

public sealed class DeepInfraConformanceTests() : ProviderConformanceTests("deepinfra");

public sealed class IsaacusConformanceTests() : ProviderConformanceTests("isaacus");

public sealed class VertexConformanceTests() : ProviderConformanceTests("vertex");

public sealed class BedrockConformanceTests() : ProviderConformanceTests("bedrock");

using System.Text.Json;
using System.Text.Json.Nodes;
using Resift.Testing;

namespace Resift.Tests.Providers;

/// <summary>Keys, addresses, options and metadata.</summary>
[Collection("Environment variables of providers")]
public sealed class HttpRerankerTests
{
    private const string Secret = "sk-very-secret-1234";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> HostedVariables => new()
    {
        { "cohere-v2", "CO_API_KEY" },
        { "cohere-v1", "COHERE_API_KEY" },
        { "voyage", "VOYAGE_API_KEY" },
        { "jina", "JINA_API_KEY" },
        { "jina", "JINAAI_API_KEY" },
        { "jina", "JINA_AI_API_KEY" },
        { "mixedbread", "MXBAI_API_KEY" },
        { "together", "TOGETHER_API_KEY" },
        { "pinecone", "PINECONE_API_KEY" },
        { "dashscope", "DASHSCOPE_API_KEY" },
        { "siliconflow", "SILICONFLOW_API_KEY" },
        { "zeroentropy", "ZEROENTROPY_API_KEY" },
        { "contextual", "CONTEXTUAL_API_KEY" },
        { "fireworks", "FIREWORKS_API_KEY" },
        { "deepinfra", "DEEPINFRA_API_KEY" },
        { "deepinfra", "DEEPINFRA_TOKEN" },
        { "isaacus", "ISAACUS_API_KEY" },
        { "vertex", "GOOGLE_OAUTH_ACCESS_TOKEN" },
        { "vertex", "CLOUDSDK_AUTH_ACCESS_TOKEN" },
    };

    public static TheoryData<string, string> Variables => new(HostedVariables.Select(row => row.Data))
    {
        { "tei", "TEI_API_KEY" },
        { "vllm", "VLLM_API_KEY" },
        { "llamacpp", "LLAMA_API_KEY" },
        { "infinity", "INFINITY_API_KEY" },
        { "nvidia", "NVIDIA_API_KEY" },
        { "nvidia", "NVIDIA_NIM_API_KEY" },
        { "sglang", "SGLANG_API_KEY" },
        { "bedrock", "AWS_BEARER_TOKEN_BEDROCK" },
    };

    [Theory]
    [MemberData(nameof(Variables))]
    public async Task RerankAsync_KeyInTheEnvironment_Sent(string name, string variable)
    {
        using var environment = new EnvironmentOfKeys();
        Environment.SetEnvironmentVariable(variable, $" {Secret}\n");
        var provider = ProviderCase.All[name];
        await using var server = new LoopbackServer(LoopbackReply.Json(provider.Scored([(0, 0.5)]).ToJsonString()));
        using var reranker = provider.Create(new() { Endpoint = server.Address, ModelId = provider.ModelId }, null);
        await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);
        string sent = server.Requests[0].Headers[provider.KeyHeader];
        Assert.Equal(provider.KeyHeader == "Authorization" ? $"Bearer {Secret}" : Secret, sent);
    }

    [Theory]
    [MemberData(nameof(HostedVariables))]
    public void Constructor_NoKeyForThePublicAddress_ErrorNamesTheVariable(string name, string variable)
    {
        using var environment = new EnvironmentOfKeys();
        var error = Assert.Throws<InvalidOperationException>(() => ProviderCase.All[name].Create(new() { ModelId = "m" }, null));
        Assert.Contains(variable, error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(HttpRerankerOptions.ApiKey), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_NoKeyForAnotherAddress_NoneSent()
    {
        using var environment = new EnvironmentOfKeys();
        await using var server = new LoopbackServer(LoopbackReply.Json("""{"results":[{"index":0,"relevance_score":0.5}]}"""));
        Environment.SetEnvironmentVariable("CO_API_URL", server.Address.ToString());
        using var reranker = new CohereReranker();
        await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation);
        Assert.False(server.Requests[0].Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData("sk-very secret-1234")]
    [InlineData("sk-very-secret\r\nX-Other: 1")]
    [InlineData("sk-very-secrét")]
    public void Constructor_KeyThatIsNone_RefusedWithoutShowingIt(string key)
    {
        var error = Assert.Throws<ArgumentException>(() => new CohereReranker(new() { ApiKey = key }));
        Assert.DoesNotContain("secr", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ToString_OfOptionsAndReranker_WithoutTheKey()
    {
        var options = new HttpRerankerOptions { ApiKey = Secret, Endpoint = new("https://example.com/v1?code=secret-1234"), ModelId = "m" };
        using var reranker = new CohereReranker(options);
        Assert.Equal("Endpoint = https://example.com/v1, ModelId = m, ApiKey = set", options.ToString());
        Assert.DoesNotContain("secret", $"{reranker} {reranker.GetService<RerankerMetadata>()}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://host", "http://host/v2/rerank")]
    [InlineData("http://host/", "http://host/v2/rerank")]
    [InlineData("http://host/v2", "http://host/v2/rerank")]
    [InlineData("http://host/v2/rerank", "http://host/v2/rerank")]
    [InlineData("https://api.cohere.ai/v1", "https://api.cohere.ai/v2/rerank")]
    [InlineData("http://localhost:4000/v1/", "http://localhost:4000/v2/rerank")]
    [InlineData("http://host/version", "http://host/version/v2/rerank")]
    [InlineData("https://name.services.ai.azure.com/providers/cohere", "https://name.services.ai.azure.com/providers/cohere/v2/rerank")]
    [InlineData("http://host/cohere/", "http://host/cohere/v2/rerank")]
    [InlineData("http://host/cohere/v2?a=b", "http://host/cohere/v2/rerank")]
    [InlineData("https://name.westus.models.ai.azure.com", "https://name.westus.models.ai.azure.com/v2/rerank")]
    public void GetService_Metadata_HasTheAddressOfRequests(string endpoint, string expected)
    {
        using var reranker = new CohereReranker(new() { Endpoint = new(endpoint) });
        Assert.Equal(expected, reranker.GetService<RerankerMetadata>()!.ProviderUri!.ToString());
    }

    [Theory]
    [InlineData("host/path")]
    [InlineData("ftp://host")]
    [InlineData("file:///etc/passwd")]
    public void Constructor_AddressThatIsNone_Refused(string endpoint) =>
        Assert.Throws<ArgumentException>(() => new CohereReranker(new() { Endpoint = new(endpoint, UriKind.RelativeOrAbsolute) }));

    [Fact]
    public void Constructor_PasswordInTheAddress_RefusedWithoutShowingIt()
    {
        var error = Assert.Throws<ArgumentException>(() => new CohereReranker(new() { Endpoint = new($"http://me:{Secret}@host/") }));
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_TogetherWithoutAModel_Refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new TogetherReranker(new() { ApiKey = "k" }));
        Assert.Contains("ModelId", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cohere-v2", null, ScoreScale.Probability, 1_000, 32_768)]
    [InlineData("cohere-v2", "rerank-v3.5", ScoreScale.Probability, 1_000, 4_096)]
    [InlineData("cohere-v2", "rerank-english-v3.0", ScoreScale.Probability, 1_000, 4_096)]
    [InlineData("cohere-v2", "rerank-v5.0-pro", ScoreScale.Probability, 1_000, 32_768)]
    [InlineData("cohere-v2", "Cohere-rerank-v4.0-pro", ScoreScale.Probability, 1_000, 32_768)]
    [InlineData("cohere-v2", "rerank-v4.0-next", ScoreScale.Probability, 1_000, null)]
    [InlineData("voyage", "rerank-3", ScoreScale.Unspecified, 1_000, 32_000)]
    [InlineData("voyage", "rerank-next", ScoreScale.Unspecified, 1_000, null)]
    [InlineData("pinecone", "cohere-rerank-4-fast", ScoreScale.Probability, 250, 4_096)]
    [InlineData("pinecone", "cohere-rerank-3.5", ScoreScale.Probability, 200, 1_024)]
    [InlineData("pinecone", "next", ScoreScale.Probability, 100, null)]
    [InlineData("dashscope", null, ScoreScale.Unspecified, 500, 4_000)]
    [InlineData("zeroentropy", null, ScoreScale.Probability, 256, null)]
    [InlineData("isaacus", null, ScoreScale.Probability, 256, null)]
    [InlineData("vertex", null, ScoreScale.Probability, 200, null)]
    [InlineData("nvidia", "m", ScoreScale.Logit, 256, null)]
    [InlineData("vllm", "jina-reranker-v30", ScoreScale.Unspecified, 256, null)]
    [InlineData("voyage", null, ScoreScale.Unspecified, 1_000, 32_000)]
    [InlineData("voyage", "rerank-2", ScoreScale.Unspecified, 1_000, 16_000)]
    [InlineData("jina", null, ScoreScale.Unspecified, 256, null)]
    [InlineData("pinecone", null, ScoreScale.Probability, 100, 1_024)]
    [InlineData("tei", null, ScoreScale.Probability, 32, null)]
    [InlineData("vllm", null, ScoreScale.Unspecified, 256, null)]
    [InlineData("llamacpp", null, ScoreScale.Logit, 256, null)]
    [InlineData("infinity", null, ScoreScale.Probability, 256, null)]
    public void GetService_Metadata_HasScaleAndLimits(string name, string? model, ScoreScale scale, int perRequest, int? tokens)
    {
        using var reranker = ProviderCase.All[name].Create(new() { ApiKey = "k", ModelId = model }, null);
        var metadata = reranker.GetService<RerankerMetadata>()!;
        Assert.Equal((scale, perRequest, tokens), (metadata.ScoreScale, metadata.MaxDocumentsPerRequest, metadata.MaxTokensPerPair));
        Assert.Equal((true, null), (metadata.IsPointwise, metadata.MaxDocuments));
    }

    [Fact]
    public async Task RerankAsync_ScaleStatedByTheOptions_IsTheResponses()
    {
        using var client = new HttpClient(new StubHandler(
            () => new() { Content = new StringContent("""{"results":[{"index":0,"relevance_score":-3.5}]}""", null, "application/json") }));
        using var reranker = new VllmReranker(new() { ScoreScale = ScoreScale.Logit }, client);
        Assert.Equal(ScoreScale.Logit, (await reranker.RerankAsync("q", ["a"], cancellationToken: Cancellation)).ScoreScale);
    }

    [Fact]
    public void GetService_TokensOfAPairStatedByTheOptions_AreTheMetadatas()
    {
        using var reranker = new CohereReranker(new() { ApiKey = "k", ModelId = "deployment", MaxTokensPerPair = 32_768 });
        Assert.Equal(32_768, reranker.GetService<RerankerMetadata>()!.MaxTokensPerPair);
    }

    [Theory]
    [InlineData("rerank-v4.0-fast", null, 32_768)]
    [InlineData("rerank-v3.5", null, 4_096)]
    [InlineData("unknown", null, null)]
    [InlineData("unknown", 8_192, 8_192)]
    public async Task RerankAsync_Cohere_AsksForAllThatTheModelReads(string model, int? stated, int? sent)
    {
        var options = ProviderCase.All["cohere-v2"].Options();
        (options.ModelId, options.MaxTokensPerPair) = (model, stated);
        var json = await SentAsync("cohere-v2", new(), options);
        Assert.Equal(sent, json.TryGetProperty("max_tokens_per_doc", out var tokens) ? tokens.GetInt32() : null);
    }

    [Fact]
    public async Task RerankAsync_OptionsThatTheApiHas_AreSent()
    {
        Assert.Equal(77, (await SentAsync("cohere-v2", new() { MaxTokensPerDocument = 77 })).GetProperty("max_tokens_per_doc").GetInt32());
        Assert.Equal("other", (await SentAsync("cohere-v2", new() { ModelId = "other" })).GetProperty("model").GetString());
        Assert.False((await SentAsync("voyage", new() { Truncation = TruncationPolicy.Error })).GetProperty("truncation").GetBoolean());
        Assert.Equal("do\nq", (await SentAsync("voyage", new() { Instruction = "do" })).GetProperty("query").GetString());
        Assert.False((await SentAsync("tei", new() { Truncation = TruncationPolicy.Error })).GetProperty("truncate").GetBoolean());
        var vllm = await SentAsync("vllm", new() { Truncation = TruncationPolicy.Error });
        Assert.False(vllm.TryGetProperty("truncate_prompt_tokens", out _));
        var nvidia = await SentAsync("nvidia", new() { Truncation = TruncationPolicy.Error });
        Assert.Equal("NONE", nvidia.GetProperty("truncate").GetString());
    }

    [Theory]
    [InlineData("vllm", "instruction")]
    [InlineData("vllm-score", "instruction")]
    [InlineData("sglang", "instruct")]
    [InlineData("dashscope", "instruct")]
    [InlineData("siliconflow", "instruction")]
    [InlineData("contextual", "instruction")]
    [InlineData("deepinfra", "instruction")]
    public async Task RerankAsync_Instruction_InTheFieldOfTheApi(string name, string field) =>
        Assert.Equal("do", (await SentAsync(name, new() { Instruction = "do" })).GetProperty(field).GetString());

    [Theory]
    [InlineData("vllm")]
    [InlineData("vllm-score")]
    public async Task RerankAsync_TokensOfADocumentOnVllm_AreSent(string name) => Assert.Equal(
        512, (await SentAsync(name, new() { MaxTokensPerDocument = 512 })).GetProperty("max_tokens_per_doc").GetInt32());

    [Theory]
    [InlineData("bge-reranker-v2-m3", null, """{"truncate":"END"}""")]
    [InlineData("bge-reranker-v2-m3", TruncationPolicy.Error, """{"truncate":"NONE"}""")]
    [InlineData("cohere-rerank-4-fast", null, """{"max_tokens_per_doc":4096}""")]
    [InlineData("cohere-rerank-3.5", null, null)]
    [InlineData("next", null, null)]
    [InlineData("next", TruncationPolicy.Error, """{"truncate":"NONE"}""")]
    public async Task RerankAsync_Pinecone_SendsParametersThatTheModelHas(string model, TruncationPolicy? truncation, string? expected)
    {
        var sent = await SentAsync("pinecone", new() { ModelId = model, Truncation = truncation });
        Assert.Equal(expected, sent.TryGetProperty("parameters", out var parameters) ? parameters.GetRawText() : null);
    }

    [Fact]
    public async Task RerankAsync_LongDocumentsRefusedOnAModelThatCannot_NotSupported() => await Assert.ThrowsAsync<NotSupportedException>(
        () => SentAsync("pinecone", new() { ModelId = "cohere-rerank-3.5", Truncation = TruncationPolicy.Error }));

    [Fact]
    public async Task RerankAsync_AdditionalProperties_ThoseThatTheApiDocuments()
    {
        var cohere = await SentAsync("cohere-v2", new() { AdditionalProperties = new() { ["cohere:priority"] = 5, ["voyage:x"] = 1 } });
        Assert.Equal(5, cohere.GetProperty("priority").GetInt32());
        Assert.False(cohere.TryGetProperty("x", out _));
        var pinecone = await SentAsync(
            "pinecone", new() { ModelId = "cohere-rerank-3.5", AdditionalProperties = new() { ["max_chunks_per_doc"] = 2 } });
        Assert.Equal(2, pinecone.GetProperty("parameters").GetProperty("max_chunks_per_doc").GetInt32());
        var vllm = await SentAsync("vllm", new()
        {
            AdditionalProperties = new()
            {
                ["truncation_side"] = "left",
                ["use_activation"] = false,
                ["cache_salt"] = JsonElement.Parse("\"s\""),
                ["mm_processor_kwargs"] = new JsonObject { ["a"] = 1 },
                ["chat_template_kwargs"] = new JsonObject { ["instruction"] = "i" },
                ["max_tokens_per_query"] = 64,
                ["priority"] = 3L,
            },
        });
        Assert.Equal("left", vllm.GetProperty("truncation_side").GetString());
        Assert.False(vllm.GetProperty("use_activation").GetBoolean());
        Assert.Equal(1, vllm.GetProperty("mm_processor_kwargs").GetProperty("a").GetInt32());
        Assert.Equal("i", vllm.GetProperty("chat_template_kwargs").GetProperty("instruction").GetString());
        Assert.Equal(64, vllm.GetProperty("max_tokens_per_query").GetInt32());
        await Assert.ThrowsAsync<NotSupportedException>(
            () => SentAsync("cohere-v2", new() { AdditionalProperties = new() { ["priority"] = DateTime.MinValue } }));
    }

    [Theory]
    [InlineData("cohere-v2", "top_k", "expected was priority.")]
    [InlineData("cohere-v2", "cohere:top_k", "expected was priority.")]
    [InlineData("cohere-v2", "query", "expected was priority.")]
    [InlineData("cohere-v2", "relevant_spans", "expected was priority.")]
    [InlineData("jina", "priority", "none was expected")]
    public async Task RerankAsync_AdditionalPropertyThatNobodyKnows_RefusedByName(string name, string property, string says)
    {
        var error = await Assert.ThrowsAsync<NotSupportedException>(
            () => SentAsync(name, new() { AdditionalProperties = new() { [property] = 3 } }));
        Assert.Contains($"'{property}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RerankAsync_PropertyOfOneProvider_LeavesTheFallbackWorkingAndIsLoggedOnce()
    {
        var log = new CollectingLoggerFactory(Microsoft.Extensions.Logging.LogLevel.Information);
        using var broken = new HttpClient(new StubHandler(() => new(System.Net.HttpStatusCode.ServiceUnavailable)));
        using var working = new HttpClient(new StubHandler(() => new()
        {
            Content = new StringContent("""{"data":[{"index":0,"relevance_score":0.5}]}""", null, "application/json"),
        }));
        using var chain = new CohereReranker(new() { ApiKey = "k" }, broken).AsBuilder()
            .UseFallback([new VoyageReranker(new() { ApiKey = "k", LoggerFactory = log }, working)])
            .Build();
        var options = new RerankOptions { AdditionalProperties = new() { ["cohere:priority"] = 5 } };

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0.5, (await chain.RerankAsync("q", ["a"], options, Cancellation)).Results[0].Score);
        }

        Assert.Contains("'cohere:priority'", Assert.Single(log.Entries).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cohere-v2", true, false, false)]
    [InlineData("cohere-v1", true, true, false)]
    [InlineData("voyage", false, true, true)]
    [InlineData("jina", true, true, false)]
    [InlineData("tei", false, true, false)]
    [InlineData("llamacpp", true, true, false)]
    public async Task RerankAsync_OptionsThatTheApiLacks_Refused(string name, bool refusesError, bool refusesTokens, bool takesInstruction)
    {
        await RefusedAsync(refusesError, new() { Truncation = TruncationPolicy.Error });
        await RefusedAsync(refusesTokens, new() { MaxTokensPerDocument = 5 });
        await RefusedAsync(!takesInstruction, new() { Instruction = "i" });
        await RefusedAsync(name == "voyage", new() { Instruction = "i", ModelId = "rerank-2" });

        async Task RefusedAsync(bool refused, RerankOptions options)
        {
            if (refused)
            {
                await Assert.ThrowsAsync<NotSupportedException>(() => SentAsync(name, options));
            }
        }
    }

    [Fact]
    public void Options_NumbersOutOfRange_Refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpRerankerOptions { MaxDocumentsPerRequest = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpRerankerOptions { MaxConcurrentRequests = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpRerankerOptions { MaxResponseBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpRerankerOptions { MaxRetries = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpRerankerOptions { AttemptTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpRerankerOptions { RequestTimeout = TimeSpan.FromDays(2) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpRerankerOptions { MaxRetryDelay = -TimeSpan.FromSeconds(1) });
    }

    [Fact]
    public void Dispose_WithAClientOfTheCallers_LeavesItOpen()
    {
        using var client = new HttpClient();
        new TeiReranker(httpClient: client).Dispose();
        client.Timeout = TimeSpan.FromSeconds(1);
    }

    private static async Task<JsonElement> SentAsync(string name, RerankOptions options, HttpRerankerOptions? own = null)
    {
        var provider = ProviderCase.All[name];
        await using var server = new LoopbackServer(LoopbackReply.Json(provider.Scored([(0, 0.5)]).ToJsonString()));
        own ??= provider.Options();
        own.Endpoint = server.Address;
        using var reranker = provider.Create(own, null);
        await reranker.RerankAsync("q", ["a"], options, Cancellation);
        return server.Requests[0].Json;
    }

    /// <summary>Takes all keys and addresses out of the environment, and puts them back.</summary>
    private sealed class EnvironmentOfKeys : IDisposable
    {
        private readonly Dictionary<string, string?> _before =
            Variables.Select(row => row.Data.Item2).Append("CO_API_URL").ToDictionary(name => name, Environment.GetEnvironmentVariable);

        public EnvironmentOfKeys()
        {
            foreach (string name in _before.Keys)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }

        public void Dispose()
        {
            foreach (var (name, value) in _before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }
    }
}

using System.Text.Json.Nodes;
using Resift.Local.Models;
using Resift.Local.Tests.Inference;
using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Models;

public sealed class JinaBertTests : IDisposable
{
    private const string RerankersCode = "modeling_bert.JinaBertForSequenceClassification";
    private const string EmbeddersCode = $"jinaai/jina-bert-implementation--{RerankersCode}";

    private static readonly TinyModel _model = new() { ModelType = "jina", HiddenSize = 24, Heads = 12, Positions = 64 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, false)]
    [InlineData(EmbeddersCode, false)]
    [InlineData(RerankersCode, true)]
    [InlineData($"jinaai/jina-reranker-v1-tiny-en--{RerankersCode}", true)]
    public void Logits_CodeOfEmbeddersOrRerankers_HasItsSlopes(string? code, bool halvesLast)
    {
        _model.Write(_folder.Path, code is null ? null : config => SetCode(config, "AutoModelForSequenceClassification", code));
        var sequence = new TokenSequence([2, .. Enumerable.Range(5, 40), 3], 20);

        float logit = EngineRun.Logits(_folder.Path, 256, sequence)[0][0];

        var reference = new ReferenceJinaBert(_model) { HalvesLastSlopes = halvesLast };
        Assert.Equal(reference.Logits(reference.Hidden(sequence.Ids, 20))[0], logit, 1e-5);
    }

    [Fact]
    public async Task RerankAsync_TokenizerWithoutTypes_ReadsAllAsTheFirst()
    {
        _model.Write(_folder.Path, ConfigChange.Logits);
        File.WriteAllText(_folder.File("tokenizer_config.json"), """{"model_input_names": ["input_ids", "attention_mask"]}""");
        using var reranker = LocalReranker.Load(_folder.Path);

        var response = await reranker.RerankAsync("a b", ["c d e"], cancellationToken: TestContext.Current.CancellationToken);

        int[] ids = [.. Letters.Ids("a b"), .. Letters.Ids("c d e")[1..]];
        var reference = ReferenceModel.Of(_model);
        Assert.Equal(reference.Logits(reference.Hidden(ids, ids.Length))[0], response.Results[0].Score, 1e-4);
    }

    [Fact]
    public void Load_Config_IsToldFromBert()
    {
        Assert.IsType<JinaBertArchitecture>(Load(_ => { }).Architecture);
        Assert.False(Assert.IsType<JinaBertConfig>(Load(config => config.Remove("feed_forward_type"))).IsGated);
        Assert.IsType<BertArchitecture>(EncoderConfig.Load(new TinyModel().Write(_folder.Path)).Architecture);
    }

    [Fact]
    public void Load_NotSupported_NamesTheValue()
    {
        Assert.Contains(
            "feed_forward_type 'swiglu' is not supported; supported: original, geglu, reglu",
            Refusal(config => config["feed_forward_type"] = "swiglu"));
        Assert.Contains(
            "computed by remote code (jinaai/jina-bert-v2-qk-post-norm--modeling_bert.JinaBertModel, as auto_map says)",
            Refusal(config => SetCode(config, "AutoModel", "jinaai/jina-bert-v2-qk-post-norm--modeling_bert.JinaBertModel")));
        Assert.Contains("supported: up to 131072", Refusal(config => config["max_position_embeddings"] = 131_073));
    }

    [Fact]
    public void Load_NormsOfQueriesAndKeys_AreNotSupported()
    {
        _model.Write(_folder.Path, changeTensors: tensors =>
            tensors.Add(TensorData.F32("bert.encoder.layer.0.attention.self.layer_norm_q.weight", [24], new float[24])));

        var error = Assert.Throws<NotSupportedException>(() => ModelLoad.All(_folder.Path));

        Assert.Contains("the weights hold 'encoder.layer.0.attention.self.layer_norm_q.weight'", error.Message, StringComparison.Ordinal);
    }

    private EncoderConfig Load(Action<JsonObject> change) => EncoderConfig.Load(_model.Write(_folder.Path, change));

    private string Refusal(Action<JsonObject> change) => Assert.Throws<NotSupportedException>(() => Load(change)).Message;

    private static void SetCode(JsonObject config, string name, string code) =>
        config["auto_map"] = new JsonObject { ["AutoConfig"] = "configuration_bert.JinaBertConfig", [name] = code };
}

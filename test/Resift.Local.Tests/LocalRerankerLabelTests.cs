using System.Text.Json.Nodes;
using Resift.Local.Tests.Inference;
using Resift.Local.Tests.Models;

namespace Resift.Local.Tests;

/// <summary>Heads with several labels: which one scores, and by what.</summary>
public sealed class LocalRerankerLabelTests : IDisposable
{
    private static readonly string[] _inference = ["contradiction", "Entailment", "neutral"];
    private static readonly string[] _plain = ["LABEL_0", "LABEL_1"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ScoreScale.Logit)]
    [InlineData(ScoreScale.Probability)]
    public async Task RerankAsync_SeveralLabels_ScoresByTheSoftmaxOfTheRelevantOne(ScoreScale scale)
    {
        var model = Write(scale == ScoreScale.Logit ? ConfigChange.Logits : null, _inference);
        string[] documents = Letters.Texts(10, 20);
        using var reranker = LocalReranker.Load(_folder.Path);

        var response = await reranker.RerankAsync("a b", documents, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(scale, response.ScoreScale);
        Assert.All(response.Results, result =>
        {
            double[] logits = Logits(model, documents[result.Index]);
            double probability = Math.Exp(logits[1]) / logits.Sum(Math.Exp);
            double expected = scale == ScoreScale.Logit ? Math.Log(probability / (1 - probability)) : probability;
            Assert.Equal(expected, result.Score, 1e-4);
        });
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("0", 0)]
    [InlineData("label_1", 1)]
    public async Task RerankAsync_TwoLabels_ScoresByTheDifferenceFromTheOther(string relevant, int label)
    {
        var model = Write(ConfigChange.Logits, _plain);
        using var reranker = LocalReranker.Load(_folder.Path, new() { RelevantLabel = relevant });

        var response = await reranker.RerankAsync("a b", ["c d"], cancellationToken: TestContext.Current.CancellationToken);

        double[] logits = Logits(model, "c d");
        Assert.Equal(logits[label] - logits[1 - label], response.Results[0].Score, 1e-5);
        Assert.Equal($"LABEL_{label}", reranker.GetService<LocalModelInfo>()!.RelevantLabel);
    }

    [Theory]
    [InlineData("irrelevant", "relevant", "relevant")]
    [InlineData("TRUE", "FALSE", "TRUE")]
    [InlineData("no", "yes", "yes")]
    [InlineData("not_entailment", "entailment", "entailment")]
    [InlineData("not_duplicate", "duplicate", "duplicate")]
    public void Read_NameThatSaysSo_IsTheRelevantLabel(string first, string second, string expected)
    {
        Write(null, first, second);

        var info = LocalModelInfo.Read(_folder.Path);

        Assert.Equal((LocalModelKind.CrossEncoder, 2, expected), (info.Kind, info.Labels, info.RelevantLabel));
        Assert.Equal(ScoreScale.Probability, info.ScoreScale);
    }

    [Theory]
    [InlineData("LABEL_0", "LABEL_1")]
    [InlineData("yes", "relevant")]
    public void Load_NoNameOrTwoThatSaySo_ListsTheLabels(string first, string second)
    {
        Write(null, first, second);

        var error = Assert.Throws<NotSupportedException>(() => LocalReranker.Load(_folder.Path));

        Assert.Contains($"none of its labels (0 '{first}', 1 '{second}') alone is known to mean", error.Message, StringComparison.Ordinal);
        Assert.Contains("Set RelevantLabel of LocalModelOptions", error.Message, StringComparison.Ordinal);
        var info = LocalModelInfo.Read(_folder.Path);
        Assert.Equal((LocalModelKind.Classifier, ScoreScale.Unspecified), (info.Kind, info.ScoreScale));
        Assert.Null(info.RelevantLabel);
    }

    [Theory]
    [InlineData("2", "'2' is none of the labels of")]
    [InlineData("maybe", "0 'LABEL_0', 1 'LABEL_1'. Set it to the name or number of one.")]
    [InlineData("-1", "'-1' is none of the labels of")]
    public void Load_OtherLabel_ListsTheLabels(string relevant, string message)
    {
        Write(null, _plain);

        var error = Assert.Throws<ArgumentException>(() => LocalReranker.Load(_folder.Path, new() { RelevantLabel = relevant }));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OneLabel_IsItAndNoOther()
    {
        Write(null, "LABEL_0");

        using var reranker = LocalReranker.Load(_folder.Path, new() { RelevantLabel = "LABEL_0" });

        Assert.Null(reranker.GetService<LocalModelInfo>()!.RelevantLabel);
        Assert.Throws<ArgumentException>(() => LocalReranker.Load(_folder.Path, new() { RelevantLabel = "relevant" }));
    }

    [Fact]
    public void Fingerprint_OtherLabel_IsAnother()
    {
        Write(null, _inference);
        using var first = LocalReranker.Load(_folder.Path);
        using var same = LocalReranker.Load(_folder.Path, new() { RelevantLabel = "entailment" });
        using var other = LocalReranker.Load(_folder.Path, new() { RelevantLabel = "neutral" });

        Assert.Equal(first.GetService<ModelFingerprint>(), same.GetService<ModelFingerprint>());
        Assert.NotEqual(first.GetService<ModelFingerprint>(), other.GetService<ModelFingerprint>());
    }

    private TinyModel Write(Action<JsonObject>? change, params string[] labels)
    {
        var model = new TinyModel { Labels = labels.Length };
        model.Write(_folder.Path, config =>
        {
            config["id2label"] = new JsonObject(labels.Select((name, i) => KeyValuePair.Create($"{i}", (JsonNode?)name)));
            change?.Invoke(config);
        });
        return model;
    }

    private static double[] Logits(TinyModel model, string document)
    {
        int[] query = Letters.Ids("a b");
        var reference = ReferenceModel.Of(model);
        return reference.Logits(reference.Hidden([.. query, .. Letters.Ids(document)[1..]], query.Length));
    }
}

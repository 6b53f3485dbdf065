using Resift.Local.Models;
using Resift.Testing;

namespace Resift.Local.Tests.Models;

/// <summary>Models written by transformers and torch.</summary>
public sealed class ReferenceModelTests
{
    private const string Folder = "golden/models";

    [ReferenceTheory("golden/models")]
    [InlineData("bert", LocalModelKind.CrossEncoder, 1)]
    [InlineData("bert-2-labels", LocalModelKind.Classifier, 2)]
    [InlineData("bert-3-labels", LocalModelKind.Classifier, 3)]
    [InlineData("electra", LocalModelKind.CrossEncoder, 1)]
    [InlineData("roberta", LocalModelKind.CrossEncoder, 1)]
    [InlineData("xlm-roberta", LocalModelKind.CrossEncoder, 1)]
    [InlineData("distilbert", LocalModelKind.CrossEncoder, 1)]
    [InlineData("mpnet", LocalModelKind.CrossEncoder, 1)]
    [InlineData("modernbert", LocalModelKind.CrossEncoder, 1)]
    [InlineData("modernbert-mean", LocalModelKind.CrossEncoder, 1)]
    [InlineData("deberta-v2", LocalModelKind.CrossEncoder, 1)]
    [InlineData("qwen3-seqcls", LocalModelKind.CrossEncoder, 1)]
    [InlineData("bert-sharded", LocalModelKind.CrossEncoder, 1)]
    [InlineData("bert-legacy-keys", LocalModelKind.CrossEncoder, 1)]
    public void Load_Model_IsSound(string name, LocalModelKind kind, int labels) =>
        Assert.Equal(new ModelHead(kind, labels), ModelLoad.All(TestData.Shared($"{Folder}/{name}")));

    [ReferenceTheory("golden/models")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    [InlineData("t5")]
    public void Load_LanguageModel_AnswersInWords(string name) => Assert.True(
        ModelLoad.All(TestData.Shared($"{Folder}/{name}")) is { Kind: LocalModelKind.CrossEncoder, Labels: 1, AnswersInWords: true });

    [ReferenceTheory("golden/models")]
    [InlineData("bert-sharded")]
    [InlineData("bert-legacy-keys")]
    public void Load_OtherFormOfBert_HasTheSameWeights(string name) =>
        AssertSame(TestData.Shared($"{Folder}/{name}"), (value, expected) => value == expected);

    [ReferenceTheory("golden/models")]
    [InlineData("fp16", "F16", 1e-3)]
    [InlineData("bf16", "BF16", 8e-3)]
    public void Load_HalfPrecision_IsRounded(string suffix, string storage, float tolerance)
    {
        string bert = TestData.Shared($"{Folder}/bert");
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(bert, "config.json"), folder.File("config.json"));
        File.Copy(Path.Combine(bert, $"model.{suffix}.safetensors"), folder.File("model.safetensors"));

        AssertSame(folder.Path, (value, expected) => Math.Abs(value - expected) <= tolerance * Math.Max(Math.Abs(expected), 1e-3));
        Assert.Equal(storage, LocalModelInfo.Read(folder.Path).Storage);
    }

    private static void AssertSame(string folder, Func<float, float, bool> same)
    {
        var config = EncoderConfig.Load(folder);
        using var store = WeightStore.Open(folder);
        using var reference = WeightStore.Open(TestData.Shared($"{Folder}/bert"));
        foreach (var tensor in config.Tensors(ModelCheck.Validate(config, store)))
        {
            float[] expected = reference.Get(tensor.Name, tensor.Shape).ToArray();
            Assert.All(store.Get(tensor.Name, tensor.Shape).ToArray(), (value, i) => Assert.True(same(value, expected[i])));
        }
    }
}

using System.Text.Json;
using Resift.Testing;

namespace Resift.Local.Tests.Models;

/// <summary>Faulty folders made by other software than ours; the tests beside this one make their own.</summary>
public sealed class BrokenModelTests
{
    private const string Folder = "golden/models/broken";

    public static TheoryData<string, string> VocabularyFaults => new()
    {
        { "vocab-short", "The vocabulary has 50 tokens, but the model's table has 60 rows" },
        { "vocab-long", "The vocabulary has 70 tokens, but the model's table has 60 rows" },
        { "vocab-no-sep", "has no token '[SEP]'" },
        { "vocab-duplicate", "the token 'a' is on the lines" },
    };

    public static TheoryData<string, Type, string> Faults => new()
    {
        { "truncated", typeof(InvalidDataException), "incomplete download" },
        { "truncated-header", typeof(InvalidDataException), "incomplete download" },
        { "empty-file", typeof(InvalidDataException), "the file is empty" },
        { "header-too-long", typeof(InvalidDataException), "exceeds the file size 18756" },
        { "header-length-huge", typeof(InvalidDataException), "header length 18446744073709551615 is not plausible" },
        { "header-not-json", typeof(InvalidDataException), "the header is not valid JSON at byte" },
        { "header-not-utf8", typeof(InvalidDataException), "the header is not valid UTF-8" },
        { "header-is-array", typeof(InvalidDataException), "must be a JSON object of tensors, found an array" },
        { "git-lfs-pointer", typeof(InvalidDataException), "is a Git LFS pointer of 133 bytes" },
        { "html-page", typeof(InvalidDataException), "it starts with '<!DOCTYPE" },
        { "offsets-overlap", typeof(InvalidDataException), "overlap at bytes" },
        { "offsets-out-of-range", typeof(InvalidDataException), "the data section has" },
        { "offsets-gap", typeof(InvalidDataException), "belong to no tensor" },
        { "offsets-reversed", typeof(InvalidDataException), "end before they begin" },
        { "offsets-negative", typeof(InvalidDataException), "negative offset" },
        { "size-not-shape", typeof(InvalidDataException), "shape [16, 15] of F32 needs 960 bytes, but its offsets span 1024" },
        { "shape-overflow", typeof(InvalidDataException), "overflows" },
        { "shape-negative", typeof(InvalidDataException), "negative dimension" },
        { "dtype-unknown", typeof(NotSupportedException), "unknown dtype 'F7'; supported: F32, F16, BF16" },
        { "dtype-wrong", typeof(NotSupportedException), "is I32, a floating-point type was expected" },
        { "duplicate-key", typeof(InvalidDataException), "occurs twice in the header" },
        { "trailing-bytes", typeof(InvalidDataException), "24 bytes lie behind the last tensor" },
        { "shape-mismatch", typeof(InvalidDataException), "expects [60, 32] (vocab_size 60, hidden_size 32)" },
        { "position-mismatch", typeof(InvalidDataException), "expects [64, 16] (max_position_embeddings 64, hidden_size 16)" },
        { "vocab-size-mismatch", typeof(InvalidDataException), "expects [100, 16] (vocab_size 100, hidden_size 16)" },
        { "labels-mismatch", typeof(InvalidDataException), "tensor 'classifier.weight' is [1, 16]" },
        { "missing-tensor", typeof(InvalidDataException), "tensor 'encoder.layer.0.attention.self.query.weight' is missing among 24" },
        { "missing-layer", typeof(InvalidDataException), "Layer 1 of 2 is missing" },
        { "unexpected-tensor", typeof(InvalidDataException), "16 tensors belong to layer 1" },
        { "nan-weights", typeof(InvalidDataException), "holds NaN or infinity at flat index" },
        { "inf-weights", typeof(InvalidDataException), "holds NaN or infinity at flat index" },
        { "config-field-missing", typeof(InvalidDataException), "config.json: hidden_size is missing" },
        { "config-layers-missing", typeof(InvalidDataException), "config.json: num_hidden_layers is missing" },
        { "config-heads", typeof(InvalidDataException), "num_attention_heads 3 does not divide hidden_size 16" },
        { "config-zero-heads", typeof(InvalidDataException), "num_attention_heads must be positive" },
        { "config-type-unknown", typeof(NotSupportedException), "model_type 'bertx' is not supported; supported: bert, electra" },
        { "config-activation-unknown", typeof(NotSupportedException), "hidden_act 'swoosh' is not supported; supported: gelu" },
        { "config-wrong-kind", typeof(InvalidDataException), "hidden_size must be a whole number, found \"sixteen\"" },
        { "config-not-json", typeof(InvalidDataException), "config.json is not valid JSON at line" },
        { "config-absent", typeof(FileNotFoundException), "config.json is missing in" },
        { "weights-absent", typeof(FileNotFoundException), "No model.safetensors" },
        { "pickle-only", typeof(NotSupportedException), "pickles can run code" },
        { "shard-missing", typeof(FileNotFoundException), "shard model-00002-of-00002.safetensors" },
        { "shard-wrong", typeof(InvalidDataException), "is not in this shard, where model.safetensors.index.json places it" },
        { "shard-outside", typeof(InvalidDataException), "'../good/model.safetensors'" },
    };

    [ReferenceTheory("golden/models")]
    [MemberData(nameof(Faults))]
    public void Load_FaultyFolder_SaysWhatIsWrong(string name, Type type, string fragment)
    {
        string folder = TestData.Shared($"{Folder}/{name}");

        var error = Assert.Throws(type, () => ModelLoad.All(folder));

        Assert.Contains(fragment, error.Message, StringComparison.Ordinal);
    }

    [ReferenceFact("golden/models")]
    public void Faults_Table_NamesEveryFolder()
    {
        using var cases = JsonDocument.Parse(File.ReadAllBytes(TestData.Shared($"{Folder}/cases.json")));
        var folders = cases.RootElement.EnumerateArray().Select(element => element.GetProperty("folder").GetString());

        string[] known = [.. Faults.Select(row => row.Data.Item1), .. VocabularyFaults.Select(row => row.Data.Item1), "good", "no-head"];

        Assert.Equal(known.Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [ReferenceTheory("golden/models")]
    [InlineData("good")]
    [InlineData("vocab-short")]
    [InlineData("vocab-long")]
    [InlineData("vocab-no-sep")]
    [InlineData("vocab-duplicate")]
    public void Load_SoundWeights_IsCrossEncoder(string name) =>
        Assert.Equal(new(LocalModelKind.CrossEncoder, 1), ModelLoad.All(TestData.Shared($"{Folder}/{name}")));

    [ReferenceFact("golden/models")]
    public void Load_NoHead_IsEmbedder() =>
        Assert.Equal(new(LocalModelKind.Embedder, 0), ModelLoad.All(TestData.Shared($"{Folder}/no-head")));

    [ReferenceTheory("golden/models")]
    [MemberData(nameof(VocabularyFaults))]
    public void Load_FaultyVocabulary_SaysWhatIsWrong(string name, string fragment)
    {
        string folder = TestData.Shared($"{Folder}/{name}");

        var error = Assert.Throws<InvalidDataException>(() => LocalReranker.Load(folder));

        Assert.Contains(fragment, error.Message, StringComparison.Ordinal);
    }

    [ReferenceFact("golden/models")]
    public void Load_GoodFolder_IsReranker() => LocalReranker.Load(TestData.Shared($"{Folder}/good")).Dispose();
}

using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Resift.Local.Tests.Models;

namespace Resift.Local.Tests;

public sealed class LocalRerankerLoadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "an embedding model (no classification head), not a cross-encoder")]
    [InlineData(0, "rank by cosine with EmbeddingReranker")]
    [InlineData(3, "a classifier with 3 labels, not a cross-encoder")]
    public void Load_OtherHead_SaysWhatTheModelIs(int labels, string message)
    {
        new TinyModel { Labels = labels }.Write(_folder.Path);

        Assert.Contains(message, Assert.Throws<NotSupportedException>(() => LocalReranker.Load(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("bert.embeddings.word_embeddings.weight")]
    [InlineData("bert.embeddings.LayerNorm.bias")]
    [InlineData("bert.encoder.layer.0.output.dense.weight")]
    [InlineData("bert.encoder.layer.0.attention.self.key.bias")]
    [InlineData("bert.pooler.dense.weight")]
    [InlineData("classifier.bias")]
    public void Load_NotANumber_NamesTheTensor(string name)
    {
        new TinyModel().Write(_folder.Path, changeTensors: tensors =>
        {
            Span<byte> bytes = tensors.Single(tensor => tensor.Name == name).Bytes;
            MemoryMarshal.Cast<byte, float>(bytes)[^1] = float.NaN;
        });

        string message = FaultOf<InvalidDataException>();

        Assert.Contains("holds NaN or infinity", message, StringComparison.Ordinal);
        Assert.Contains(name, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_VocabularyLargerThanTheTable_SaysSo()
    {
        new TinyModel().Write(_folder.Path);
        File.AppendAllText(_folder.File("vocab.txt"), "onemore\n");

        Assert.Contains("The vocabulary has 61 tokens, but the model's table has 60 rows", FaultOf<InvalidDataException>());
    }

    [Fact]
    public void Load_MoreTokensThanPositions_SaysHowManyThereAre()
    {
        new TinyModel { Positions = 32 }.Write(_folder.Path);

        string message = FaultOf<ArgumentOutOfRangeException>(new() { MaxTokens = 33 });

        Assert.Contains("MaxTokens is more than the 32 positions", message, StringComparison.Ordinal);
        LocalReranker.Load(_folder.Path, new() { MaxTokens = 32 }).Dispose();
    }

    [Fact]
    public void Load_NoFolder_Throws()
    {
        Assert.Throws<DirectoryNotFoundException>(() => LocalReranker.Load(_folder.File("absent")));
        Assert.Throws<FileNotFoundException>(() => LocalReranker.Load(_folder.Path));
        Assert.Throws<ArgumentException>(() => LocalReranker.Load(""));
        Assert.Throws<ArgumentNullException>(() => LocalReranker.Load(null!));
    }

    [Theory]
    [InlineData(null, ScoreScale.Probability)]
    [InlineData("torch.nn.modules.activation.Sigmoid", ScoreScale.Probability)]
    [InlineData("torch.nn.modules.linear.Identity", ScoreScale.Logit)]
    public async Task Load_Activation_DecidesTheScale(string? activation, ScoreScale expected)
    {
        string[] documents = Letters.Texts(10, 20);
        double[] logits = await ScoresAsync(ConfigChange.Logits, ScoreScale.Logit, documents);

        double[] scores = await ScoresAsync(config => ConfigChange.SetActivation(config, activation), expected, documents);

        Assert.Equal(logits.Select(logit => ScoreScale.Logit.Convert(logit, expected)), scores);
    }

    [Fact]
    public async Task Load_OtherStorageOfTheSameWeights_SameScores()
    {
        string[] documents = Letters.Texts(10, 20);
        double[] expected = await ScoresAsync(new TinyModel(), documents);

        Assert.Equal(expected, await ScoresAsync(new TinyModel { LegacyNames = true }, documents));
        double[] half = await ScoresAsync(new TinyModel { Dtype = "F16" }, documents);
        Assert.All(expected, (score, i) => Assert.InRange(half[i], score - 0.01, score + 0.01));
        Assert.NotEqual(expected, half);
    }

    private async Task<double[]> ScoresAsync(TinyModel model, string[] documents)
    {
        model.Write(_folder.Path);
        using var reranker = LocalReranker.Load(_folder.Path);
        return await reranker.ScoresAsync("a b", documents);
    }

    private async Task<double[]> ScoresAsync(Action<JsonObject> change, ScoreScale scale, string[] documents)
    {
        new TinyModel().Write(_folder.Path, change);
        using var reranker = LocalReranker.Load(_folder.Path);
        Assert.Equal(scale, reranker.GetService<RerankerMetadata>()!.ScoreScale);
        return await reranker.ScoresAsync("a b", documents);
    }

    private string FaultOf<TException>(LocalModelOptions? options = null)
        where TException : Exception =>
        Assert.Throws<TException>(() => LocalReranker.Load(_folder.Path, options)).Message;
}

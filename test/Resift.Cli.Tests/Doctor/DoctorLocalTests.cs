namespace Resift.Cli.Tests.Doctor;

/// <summary><c>resift doctor</c> with models on this machine.</summary>
public sealed class DoctorLocalTests : IDisposable
{
    private readonly CommandLine _cli = new() { Loader = new LocalModelLoader(_ => null) };

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData(ModelFolder.Reranker)]
    [InlineData(ModelFolder.StrongReranker)]
    public async Task Doctor_BundledModel_GivesTheScoresThatItShould(string model)
    {
        int code = await _cli.RunAsync("doctor", "--model", model);

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        Assert.Contains("  ok       golden      logits are within ", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("  ok       weights     every stored tensor is read.", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("tokens were not read, as it says", _cli.Output, StringComparison.Ordinal);
        Assert.EndsWith("Nothing is wrong.\n", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_RoundedNumbers_AreNotHeldToThoseOfTheModelAsStored()
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("doctor", "--model", ModelFolder.Reranker, "--precision", "int8"));

        Assert.Contains("  skipped  golden      the values are those of the model as stored", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_BundledEmbedder_GivesTheVectorsThatItShould()
    {
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("doctor", "--model", ModelFolder.Embedder), _cli.Error));

        Assert.Contains("  ok       golden      vectors have a cosine of ", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("  skipped  head        it is an embedder, which scores no pairs.", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_EmbedderInAFolder_HasTheWrongHead()
    {
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("doctor", "--model", MiniModels.EmbedderFolder));

        Assert.Contains("  fail     head        it is an embedder", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 7 checks failed.", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_FolderWithoutModel_SaysWhatIsMissing()
    {
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("doctor", "--model", _cli.Folder));

        Assert.Contains("  fail     model       ", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("config.json", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_OtherScoresThanTheBundledModels_FailTheGolden()
    {
        // The double bears the bundled model's name and tells answers apart, by common words.
        using var cli = new CommandLine();

        Assert.Equal(ExitCode.Error, await cli.RunAsync("doctor"));

        Assert.Contains("  fail     golden ", cli.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 8 checks failed.", cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pooler.dense.weight", "fail")]
    [InlineData("cls.predictions.bias", "ok")]
    public async Task Doctor_UnusedTensor_FailsUnlessItIsALeftover(string tensor, string outcome)
    {
        using var cli = new CommandLine { Loader = new TestLoader { UnusedTensors = [tensor] } };

        await cli.RunAsync("doctor");

        string expected = $"  {outcome,-8} weights     1 stored tensors are not read, such as {tensor}";
        Assert.Contains(expected, cli.Output, StringComparison.Ordinal);
    }
}

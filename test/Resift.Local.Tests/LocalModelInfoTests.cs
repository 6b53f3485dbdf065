using Resift.Local.Tests.Models;
using Resift.Testing;

namespace Resift.Local.Tests;

public sealed class LocalModelInfoTests
{
    [Fact]
    public void Read_BundledCrossEncoder_TellsItsFacts() =>
        Assert.Equal(
            new LocalModelInfo
            {
                ModelId = "resift-mini-v2",
                Architecture = "BertForSequenceClassification",
                Kind = LocalModelKind.CrossEncoder,
                Labels = 1,
                ScoreScale = ScoreScale.Probability,
                MaxTokens = 512,
                Layers = 6,
                HiddenSize = 384,
                Parameters = 22_713_601,
                Storage = "I8 (int8-per-row)",
                License = "apache-2.0",
            },
            LocalModelInfo.Read(TestData.InRepository("models/resift-mini-v2")) with { Calibration = null });

    [Theory]
    [InlineData("models/resift-mini-v2")]
    [InlineData("models/ms-marco-MiniLM-L12-v2")]
    public void Read_BundledCrossEncoder_IsCalibratedAndSaysOnWhat(string model)
    {
        var calibration = LocalModelInfo.Read(TestData.InRepository(model)).Calibration;

        Assert.NotNull(calibration);
        Assert.False(string.IsNullOrWhiteSpace(calibration.FittedOn));
    }

    [Fact]
    public void Read_BundledEmbedder_TellsItsFacts() =>
        Assert.Equal(
            new LocalModelInfo
            {
                ModelId = "all-MiniLM-L6-v2",
                Architecture = "BertModel",
                Kind = LocalModelKind.Embedder,
                Labels = 0,
                ScoreScale = ScoreScale.Cosine,
                MaxTokens = 256,
                Layers = 6,
                HiddenSize = 384,
                Parameters = 22_565_376,
                Storage = "I8 (int8-per-row)",
                License = "apache-2.0",
            },
            LocalModelInfo.Read(TestData.InRepository("models/all-MiniLM-L6-v2")));

    [Theory]
    [InlineData("models/resift-mini-v2")]
    [InlineData("models/ms-marco-MiniLM-L12-v2")]
    [InlineData("models/all-MiniLM-L6-v2")]
    public void Load_BundledModel_IsSound(string model) => ModelLoad.All(TestData.InRepository(model));

    [Fact]
    public void ReadUnusedTensors_TensorOfAnotherHead_IsTheOnlyOne()
    {
        using var folder = new TemporaryFolder();
        string model = new TinyModel().Write(
            folder.Path, changeTensors: tensors => tensors.Add(TensorData.F32("cls.predictions.bias", [2], [0, 0])));

        Assert.Equal(["cls.predictions.bias"], LocalModelInfo.ReadUnusedTensors(model));
        Assert.Empty(LocalModelInfo.ReadUnusedTensors(TestData.InRepository("models/resift-mini-v2")));
    }

    [Fact]
    public void Read_Classifier_HasNoScale()
    {
        using var folder = new TemporaryFolder();

        var info = LocalModelInfo.Read(new TinyModel { Labels = 3 }.Write(folder.Path));

        Assert.Equal((LocalModelKind.Classifier, 3, ScoreScale.Unspecified), (info.Kind, info.Labels, info.ScoreScale));
        Assert.Null(info.License);
    }

    [Fact]
    public void Read_IdentityHead_IsLogit()
    {
        using var folder = new TemporaryFolder();
        new TinyModel().Write(
            folder.Path, config => config["sbert_ce_default_activation_function"] = "torch.nn.modules.linear.Identity");

        Assert.Equal(ScoreScale.Logit, LocalModelInfo.Read(folder.Path).ScoreScale);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Read_BlankFolder_Throws(string folder) => Assert.Throws<ArgumentException>(() => LocalModelInfo.Read(folder));

    [Fact]
    public void Read_FolderWithSeparatorAtItsEnd_IsNamedAlike()
    {
        string folder = TestData.InRepository("models/resift-mini-v2") + Path.DirectorySeparatorChar;

        Assert.Equal("resift-mini-v2", LocalModelInfo.Read(folder).ModelId);
    }
}

using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class PoolingConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mean", true)]
    [InlineData("cls", false)]
    public void Load_Flags_AreRead(string pooling, bool normalize)
    {
        new TinyModel { Labels = 0, Pooling = pooling, Normalize = normalize }.Write(_folder.Path);

        var config = PoolingConfig.Load(_folder.Path);

        var mode = pooling == "mean" ? Pooling.Mean : Pooling.Cls;
        Assert.Equal((mode, normalize), (config!.Mode, config.Normalize));
    }

    [Fact]
    public void Load_NoModules_IsNull()
    {
        new TinyModel().Write(_folder.Path);

        Assert.Null(PoolingConfig.Load(_folder.Path));
    }

    [Theory]
    [InlineData("""{"embedding_dimension": 16, "pooling_mode": "mean", "include_prompt": true}""", "Mean")]
    [InlineData("""{"pooling_mode": "cls"}""", "Cls")]
    [InlineData("""{"pooling_mode": "lasttoken"}""", "Last")]
    [InlineData("""{"pooling_mode_lasttoken": true, "pooling_mode_mean_tokens": false}""", "Last")]
    public void Load_NamedMode_IsRead(string pooling, string expected) => Assert.Equal(expected, Load(pooling)!.Mode.ToString());

    [Fact]
    public void Load_NewModuleNames_AreRead()
    {
        var config = Load(
            """{"pooling_mode_mean_tokens": true}""",
            """
            [{"path": "", "type": "sentence_transformers.base.modules.transformer.Transformer"},
             {"path": "1_Pooling", "type": "sentence_transformers.sentence_transformer.modules.pooling.Pooling"}]
            """);

        Assert.Equal((Pooling.Mean, false), (config!.Mode, config.Normalize));
    }

    [Theory]
    [InlineData("""{"pooling_mode": "mean"}""", true)]
    [InlineData("""{"pooling_mode": "mean", "include_prompt": null}""", true)]
    [InlineData("""{"pooling_mode": "mean", "include_prompt": true}""", true)]
    [InlineData("""{"pooling_mode": "mean", "include_prompt": false}""", false)]
    public void Load_IncludePrompt_IsRead(string pooling, bool expected) => Assert.Equal(expected, Load(pooling)!.IncludePrompt);

    [Theory]
    [InlineData("""{"pooling_mode_max_tokens": true}""", "max_tokens")]
    [InlineData("""{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}""", "cls_token, mean_tokens")]
    [InlineData("""{"pooling_mode_weightedmean_tokens": true}""", "weightedmean_tokens")]
    [InlineData("""{"pooling_mode": "max"}""", "max")]
    public void Load_OtherPooling_IsNotSupported(string pooling, string named) =>
        Assert.Contains($"the pooling [{named}] is not supported", Assert.Throws<NotSupportedException>(() => Load(pooling)).Message);

    [Theory]
    [InlineData("{}", "names no pooling mode")]
    [InlineData("""{"pooling_mode_mean_tokens": 1}""", "pooling_mode_mean_tokens must be true or false, found 1")]
    [InlineData("""{"pooling_mode": "mean", "include_prompt": "no"}""", "include_prompt must be true or false, found \"no\"")]
    [InlineData("""{"pooling_mode": 1}""", "pooling_mode must be the name of one mode, found 1")]
    public void Load_NoPooling_Throws(string pooling, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Load(pooling)).Message);

    [Theory]
    [InlineData("[Transformer, Pooling, Dense]", ":Transformer", "1_Pooling:Pooling", "2_Dense:Dense")]
    [InlineData("[Transformer, Normalize, Pooling]", ":Transformer", "1_Normalize:Normalize", "2_Pooling:Pooling")]
    [InlineData("[Transformer]", ":Transformer")]
    [InlineData("lies in the folder '0'", "0:Transformer", "1_Pooling:Pooling")]
    public void Load_OtherModules_AreNotSupported(string message, params string[] modules)
    {
        var entries = modules.Select(module => module.Split(':')).Select(m => $$"""{"path": "{{m[0]}}", "type": "a.b.{{m[1]}}"}""");

        var error = Assert.Throws<NotSupportedException>(() => Load("""{"pooling_mode": "mean"}""", $"[{string.Join(',', entries)}]"));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "must hold an array, found {}")]
    [InlineData("""[1]""", "entry 0 must be an object, found 1")]
    [InlineData("""[{"path": ""}]""", "entry 0: type is missing")]
    [InlineData("""[{"path": "", "type": "Transformer"}, {"path": "../x", "type": "Pooling"}]""", "the path '../x'")]
    public void Load_CorruptModules_Throws(string modules, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Load("""{"pooling_mode": "mean"}""", modules)).Message);

    [Fact]
    public void Load_PoolingFileMissing_Throws()
    {
        new TinyModel { Labels = 0, Pooling = "mean" }.Write(_folder.Path);
        Directory.Delete(_folder.File("1_Pooling"), recursive: true);

        Assert.Throws<FileNotFoundException>(() => PoolingConfig.Load(_folder.Path));
    }

    private PoolingConfig? Load(string pooling, string? modules = null)
    {
        new TinyModel { Labels = 0, Pooling = "mean" }.Write(_folder.Path);
        File.WriteAllText(Path.Combine(_folder.File("1_Pooling"), "config.json"), pooling);
        if (modules is not null)
        {
            File.WriteAllText(_folder.File("modules.json"), modules);
        }

        return PoolingConfig.Load(_folder.Path);
    }
}

using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class TokenLimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{}", null, 32)]
    [InlineData("""{"model_max_length": 24}""", null, 24)]
    [InlineData("""{"model_max_length": 512}""", null, 32)]
    [InlineData("""{"model_max_length": 1000000000000000019884624838656}""", null, 32)]
    [InlineData("""{"model_max_length": 24}""", """{"max_seq_length": 16}""", 16)]
    [InlineData("""{"model_max_length": 24}""", """{"max_seq_length": null}""", 24)]
    public void Read_Limits_GivesTheSmallest(string tokenizer, string? sentence, int expected)
    {
        var config = Write(tokenizer);
        if (sentence is not null)
        {
            File.WriteAllText(_folder.File("sentence_bert_config.json"), sentence);
        }

        Assert.Equal(expected, TokenLimit.Read(_folder.Path, config));
    }

    [Fact]
    public void Read_NoFiles_GivesThePositions()
    {
        var config = Write("{}");
        File.Delete(_folder.File("tokenizer_config.json"));

        Assert.Equal(32, TokenLimit.Read(_folder.Path, config));
    }

    [Fact]
    public void Read_NoNumber_Throws()
    {
        var config = Write("""{"model_max_length": "long"}""");

        Assert.Contains(
            "model_max_length must be a whole number, found \"long\"",
            Assert.Throws<InvalidDataException>(() => TokenLimit.Read(_folder.Path, config)).Message);
    }

    private BertConfig Write(string tokenizer)
    {
        new TinyModel().Write(_folder.Path);
        File.WriteAllText(_folder.File("tokenizer_config.json"), tokenizer);
        return BertConfig.Load(_folder.Path);
    }
}

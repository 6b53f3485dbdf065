using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class TokenLimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, null, 32)]
    [InlineData("{}", null, 32)]
    [InlineData("""{"model_max_length": null}""", null, 32)]
    [InlineData("""{"model_max_length": 24}""", null, 24)]
    [InlineData("""{"model_max_length": 512}""", null, 32)]
    [InlineData("""{"model_max_length": 1000000000000000019884624838656}""", null, 32)]
    [InlineData("""{"model_max_length": 24}""", """{"max_seq_length": 16}""", 16)]
    [InlineData("""{"model_max_length": 24}""", """{"max_seq_length": null}""", 24)]
    [InlineData("""{"model_max_length": 8}""", null, 8)]
    public void Read_Limits_GivesTheSmallest(string? tokenizer, string? sentence, int expected)
    {
        Write(tokenizer, sentence);

        Assert.Equal(expected, LocalModelInfo.Read(_folder.Path).MaxTokens);
    }

    [Theory]
    [InlineData("""{"model_max_length": "long"}""", null, "model_max_length must be a whole number, found \"long\"")]
    [InlineData("""{"model_max_length": 0}""", null, "model_max_length must be positive, found 0")]
    [InlineData("""{"model_max_length": 7}""", null, "limits its input to 7 tokens, of which special tokens leave no room for text")]
    [InlineData("""{"model_max_length": 3}""", null, "expected at least 8")]
    [InlineData("{}", """{"max_seq_length": 5}""", "limits its input to 5 tokens")]
    public void Read_NoLimitForText_Throws(string tokenizer, string? sentence, string message)
    {
        Write(tokenizer, sentence);

        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => LocalModelInfo.Read(_folder.Path)).Message);
    }

    [Fact]
    public void Read_FewPositions_Throws()
    {
        new TinyModel { Positions = TokenLimit.Least - 1 }.Write(_folder.Path);

        var error = Assert.Throws<InvalidDataException>(() => LocalModelInfo.Read(_folder.Path));

        Assert.Contains("limits its input to 7 tokens", error.Message, StringComparison.Ordinal);
    }

    private void Write(string? tokenizer, string? sentence)
    {
        new TinyModel().Write(_folder.Path);
        File.Delete(_folder.File("tokenizer_config.json"));
        foreach (var (name, content) in new[] { ("tokenizer_config.json", tokenizer), ("sentence_bert_config.json", sentence) })
        {
            if (content is not null)
            {
                File.WriteAllText(_folder.File(name), content);
            }
        }
    }
}

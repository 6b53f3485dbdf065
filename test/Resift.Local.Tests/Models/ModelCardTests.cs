using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class ModelCardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("---\nlanguage: en\nlicense: mit\n---\n# Card\n", "mit")]
    [InlineData("---\r\nlicense: \"cc-by-nc-4.0\"\r\n---\r\n", "cc-by-nc-4.0")]
    [InlineData("---\nlicense: other\nlicense_name: house-licence\n---\n", "house-licence")]
    [InlineData("---\nlicense: other\n---\n", "other")]
    [InlineData("---\nlicense:\n- mit\n---\n", null)]
    [InlineData("---\nmodel-index:\n  license: mit\n---\n", null)]
    [InlineData("# Card\n\nlicense: mit\n", null)]
    [InlineData("---\nlanguage: en\n---\nlicense: mit\n", null)]
    [InlineData("", null)]
    public void ReadLicense_Card_GivesWhatTheFrontMatterStates(string card, string? expected)
    {
        File.WriteAllText(_folder.File("README.md"), card);

        Assert.Equal(expected, ModelCard.ReadLicense(_folder.Path));
    }

    [Fact]
    public void ReadLicense_NoCard_IsNull() => Assert.Null(ModelCard.ReadLicense(_folder.Path));
}

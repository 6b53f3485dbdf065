namespace Resift.Local.Tests.Hub;

public sealed class ModelHubOptionsTests : IDisposable
{
    private readonly Models.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "{home}/.cache/huggingface/hub")]
    [InlineData("XDG_CACHE_HOME=/x", "/x/huggingface/hub")]
    [InlineData("HF_HOME=/h;XDG_CACHE_HOME=/x", "/h/hub")]
    [InlineData("HF_HOME=~/hf", "{home}/hf/hub")]
    [InlineData("HF_HOME=$BASE/hf;BASE=/b", "/b/hf/hub")]
    [InlineData("HF_HUB_CACHE=/c;HF_HOME=/h", "/c")]
    [InlineData("HUGGINGFACE_HUB_CACHE=/old", "/old")]
    [InlineData("HF_HUB_CACHE=${BASE}/$NONE;BASE=/b", "/b/$NONE")]
    public void FromEnvironment_Folders_AreThoseOfPython(string variables, string expected) =>
        Assert.Equal(expected.Replace("{home}", _folder.Path, StringComparison.Ordinal), Read(variables).CacheFolder);

    [Fact]
    public void FromEnvironment_Token_IsTheFirstThatIsThere()
    {
        File.WriteAllText(_folder.File("token"), "hf_home\n");
        File.WriteAllText(_folder.File("other"), " hf_other ");

        Assert.Equal("hf_home", Read("HF_HOME={home}").Token);
        Assert.Equal("hf_other", Read("HF_HOME={home};HF_TOKEN_PATH={home}/other").Token);
        Assert.Equal("hf_variable", Read("HF_HOME={home};HF_TOKEN=hf_variable\n").Token);
        Assert.Null(Read("HF_HOME={home};HF_HUB_DISABLE_IMPLICIT_TOKEN=1").Token);
        Assert.Null(Read("HF_HOME={home}/nowhere").Token);
    }

    [Theory]
    [InlineData("HF_HUB_OFFLINE=1", true)]
    [InlineData("HF_HUB_OFFLINE=True", true)]
    [InlineData("TRANSFORMERS_OFFLINE=yes", true)]
    [InlineData("HF_HUB_OFFLINE=0", false)]
    [InlineData("", false)]
    public void FromEnvironment_Offline_IsAsPythonReadsIt(string variables, bool expected) =>
        Assert.Equal(expected, Read(variables).IsOffline);

    [Theory]
    [InlineData("ftp://mirror")]
    [InlineData("mirror.example")]
    [InlineData("https://name:secret@mirror.example")]
    public void FromEnvironment_EndpointThatIsNone_IsRefusedWithoutShowingIt(string endpoint)
    {
        var error = Assert.Throws<FormatException>(() => Read($"HF_ENDPOINT={endpoint}"));

        Assert.Contains("HF_ENDPOINT", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BAAI/bge-m3", "BAAI/bge-m3", null)]
    [InlineData("BAAI/bge-m3@refs/pr/1", "BAAI/bge-m3", "refs/pr/1")]
    [InlineData("a_b/c.d-e@v1.0", "a_b/c.d-e", "v1.0")]
    public void Parse_AName_HasItsParts(string text, string repository, string? revision)
    {
        var id = HubModelId.Parse(text);

        Assert.Equal((repository, revision, text), (id.Repository, id.Revision, id.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("bge-m3")]
    [InlineData("BAAI/bge-m3/x")]
    [InlineData("../bge-m3")]
    [InlineData("BAAI/..")]
    [InlineData("BAAI/a--b")]
    [InlineData("BAAI/a.")]
    [InlineData("./models")]
    [InlineData("BAAI/bge-m3@")]
    [InlineData("BAAI/bge-m3@../../x")]
    [InlineData("BAAI/bge-m3@/x")]
    [InlineData("BAAI/bge-m3@.hidden")]
    [InlineData("BAAI/bge-m3\n")]
    [InlineData("BAAI/bge-m3@main\n")]
    [InlineData("BAAI/bge m3")]
    public void Parse_SomethingElse_IsRefused(string text)
    {
        Assert.Null(HubModelId.TryParse(text));
        Assert.Throws<FormatException>(() => HubModelId.Parse(text));
    }

    private ModelHubOptions Read(string variables)
    {
        var values = variables.Replace("{home}", _folder.Path, StringComparison.Ordinal)
            .Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        values.TryAdd("HOME", _folder.Path);
        return ModelHubOptions.FromEnvironment(values.GetValueOrDefault);
    }
}

using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class EmbeddingPromptsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_NoFile_NoPrompts() =>
        Assert.Equal(new EmbeddingPrompts("", "", ""), Load());

    [Theory]
    [InlineData("""{}""", "", "", "")]
    [InlineData("""{"prompts": {}, "default_prompt_name": null, "similarity_fn_name": null}""", "", "", "")]
    [InlineData("""{"prompts": {"query": "q: ", "document": "d: "}, "similarity_fn_name": "cosine"}""", "q: ", "d: ", "")]
    [InlineData("""{"prompts": {"search_query": "q: ", "search_document": "d: "}, "similarity_fn_name": "dot"}""", "q: ", "d: ", "")]
    [InlineData("""{"prompts": {"passage": "p: ", "document": "d: "}}""", "", "d: ", "")]
    [InlineData("""{"prompts": {"corpus": "c: ", "passage": "p: "}}""", "", "p: ", "")]
    [InlineData("""{"prompts": {"query": "q: "}, "default_prompt_name": "query"}""", "q: ", "q: ", "q: ")]
    [InlineData("""{"prompts": {"query": "q: ", "document": ""}, "default_prompt_name": "query"}""", "q: ", "", "q: ")]
    [InlineData("""{"prompts": {"query": "q: ", "document": null}, "default_prompt_name": "query"}""", "q: ", "", "q: ")]
    [InlineData("""{"prompts": {"clustering": "c: "}, "default_prompt_name": "clustering"}""", "c: ", "c: ", "c: ")]
    [InlineData("""{"prompts": {"clustering": "c: "}}""", "", "", "")]
    public void Load_Prompts_ByNameAndElseTheDefault(string json, string query, string document, string other) =>
        Assert.Equal(new EmbeddingPrompts(query, document, other), Load(json));

    [Theory]
    [InlineData("""{"prompts": {"query": "q: ", "s2p": "s: "}, "default_prompt_name": "passage"}""",
        "default_prompt_name is 'passage', which prompts does not have; it has query, s2p.")]
    [InlineData("""{"default_prompt_name": "query"}""", "default_prompt_name is 'query', which prompts does not have; it has none.")]
    [InlineData("""{"prompts": ["query"]}""", "prompts must be an object, found [\"query\"]")]
    [InlineData("""{"prompts": {"query": 1}}""", "prompts: query must be a text, found 1")]
    [InlineData("""{"default_prompt_name": 1}""", "default_prompt_name must be a text, found 1")]
    [InlineData("""[]""", "must hold an object, found []")]
    [InlineData("""{"prompts": """, "is not valid JSON")]
    public void Load_Malformed_NamesFileAndField(string json, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => Load(json));

        Assert.Contains("config_sentence_transformers.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("euclidean")]
    [InlineData("manhattan")]
    public void Load_OtherSimilarity_IsNotSupported(string name) => Assert.Contains(
        $"similarity_fn_name is '{name}'",
        Assert.Throws<NotSupportedException>(() => Load($$"""{"similarity_fn_name": "{{name}}"}""")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Read_EmbedderWithPrompts_AreAmongItsFacts()
    {
        new TinyModel { Labels = 0, Pooling = "mean" }.Write(_folder.Path);
        Load("""{"prompts": {"query": "q: ", "passage": "p: ", "s2s": "s: "}, "default_prompt_name": "s2s"}""");

        var info = LocalModelInfo.Read(_folder.Path);

        Assert.Equal(("q: ", "p: ", "s: "), (info.QueryPrompt, info.DocumentPrompt, info.DefaultPrompt));
    }

    private EmbeddingPrompts Load() =>
        SentenceTransformersConfig.Load(_folder.Path, LocalModelKind.Embedder, followsInstructions: false).Prompts;

    private EmbeddingPrompts Load(string json)
    {
        File.WriteAllText(_folder.File("config_sentence_transformers.json"), json);
        return Load();
    }
}

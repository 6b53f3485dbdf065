using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>How one kind of question is put to the model: its files in <c>Prompts</c>, read once.</summary>
internal sealed class Prompt
{
    private static readonly PromptTemplate _document = PromptTemplate.Load("document.txt");
    private static readonly PromptTemplate _instruction = PromptTemplate.Load("instruction.txt");
    private static readonly string _retry = PromptTemplate.ReadFile("retry.txt");

    private readonly PromptTemplate _system;
    private readonly PromptTemplate _user;

    private Prompt(string name)
    {
        _system = PromptTemplate.Load($"{name}.system.txt");
        _user = PromptTemplate.Load($"{name}.user.txt");
        using var schema = JsonDocument.Parse(PromptTemplate.ReadFile($"{name}.schema.json"));
        Format = ChatResponseFormat.ForJsonSchema(schema.RootElement.Clone(), $"{name}_answer");
    }

    public static Prompt Listwise { get; } = new("listwise");

    public static Prompt Pointwise { get; } = new("pointwise");

    public static Prompt Pairwise { get; } = new("pairwise");

    /// <summary>Gets the schema of the answer.</summary>
    public ChatResponseFormat Format { get; }

    /// <summary>Writes a question. Texts are those of an <see cref="LlmRequest"/>, safe to stand between tags.</summary>
    public ChatMessage[] Ask(LlmRequest request, IReadOnlyList<(string Id, string Text)> documents)
    {
        string instruction = request.Instruction is { } text ? _instruction.Fill(("instruction", text)) : "";
        string block = string.Join('\n', documents.Select(document => _document.Fill(("id", document.Id), ("text", document.Text))));
        return
        [
            new(ChatRole.System, _system.Fill(("instruction", instruction))),
            new(ChatRole.User, _user.Fill(("query", request.Query), ("documents", block), ("count", $"{documents.Count}"))),
        ];
    }

    /// <summary>
    /// Writes a question again after an answer that could not be read. The answer itself is not repeated: it may carry what a document put
    /// into it.
    /// </summary>
    public static ChatMessage[] AskAgain(ChatMessage[] question) =>
        [.. question[..^1], new(ChatRole.User, $"{question[^1].Text}\n\n{_retry}")];
}

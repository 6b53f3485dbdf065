using System.Text.Json;
using Resift.Testing;

namespace Resift.Tests.Llm;

/// <summary>Answers that models gave in public reports of errors: a JSON string a line.</summary>
internal static class AnswerFile
{
    private const string Folder = "review/cases/bugs/llm-answers";

    /// <summary>Reads the answers to one kind of question; none where the shared folder is absent.</summary>
    public static IEnumerable<string> Read(string kind) => TestData.HasShared(Folder)
        ? File.ReadLines(Path.Combine(TestData.Shared(Folder), $"{kind}.jsonl")).Select(line => JsonElement.Parse(line).GetString()!)
        : [];
}

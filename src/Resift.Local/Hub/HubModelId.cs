using System.Text.RegularExpressions;

namespace Resift;

/// <summary>The name of a model of the hub: its repository, and a revision of it.</summary>
public sealed partial record HubModelId
{
    private const string DefaultRevision = "main";

    private HubModelId(string repository, string? revision)
    {
        Repository = repository;
        Revision = revision;
    }

    /// <summary>Gets the repository, such as <c>BAAI/bge-reranker-base</c>.</summary>
    public string Repository { get; }

    /// <summary>Gets the branch, tag or commit; null where none is named, which means <c>main</c>.</summary>
    public string? Revision { get; }

    internal string RevisionOrMain => Revision ?? DefaultRevision;

    internal bool IsCommit => Revision is not null && IsCommitHash(Revision);

    /// <summary>Parses <c>ORG/NAME</c> or <c>ORG/NAME@REVISION</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The name.</returns>
    /// <exception cref="FormatException">It is no such name.</exception>
    public static HubModelId Parse(string text) => TryParse(text) ?? throw new FormatException(
        $"'{text}' is no name of a model on the hub; ORG/NAME or ORG/NAME@REVISION was expected, such as BAAI/bge-reranker-base.");

    /// <summary>Parses <c>ORG/NAME</c> or <c>ORG/NAME@REVISION</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The name; null if the text is none.</returns>
    public static HubModelId? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string repository = at < 0 ? text : text[..at];
        string? revision = at < 0 ? null : text[(at + 1)..];
        return IsRepository(repository) && (revision is null || IsRevision(revision)) ? new(repository, revision) : null;
    }

    /// <summary>Returns the name as it is parsed.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Revision is null ? Repository : $"{Repository}@{Revision}";

    internal static bool IsCommitHash(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    // The rules of the hub, by which the folder of the cache can be read back.
    private static bool IsRepository(string text) =>
        Repositories().IsMatch(text) && !text.Contains("--", StringComparison.Ordinal) && !text.Contains("..", StringComparison.Ordinal);

    // A revision is a path below the cache's refs as well, so a part of it is no way out of there.
    private static bool IsRevision(string text) =>
        text.Length <= 200 && Revisions().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}/[A-Za-z0-9_]([A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?\z")]
    private static partial Regex Repositories();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*\z")]
    private static partial Regex Revisions();
}

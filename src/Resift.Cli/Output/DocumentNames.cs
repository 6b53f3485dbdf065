using System.Globalization;

namespace Resift.Cli;

/// <summary>Says how documents are called: by their ids, or by their place in the input, which is never another's id.</summary>
internal sealed class DocumentNames(IReadOnlyList<InputDocument> documents)
{
    // With no id at all a number is unmistakable.
    private readonly string _mark = documents.All(document => document.Id is null) ? "" : Mark(documents);

    /// <summary>Gets the name of a document by its index.</summary>
    public string Of(int index) => documents[index].Id ?? string.Create(CultureInfo.InvariantCulture, $"{_mark}{index}");

    private static string Mark(IReadOnlyList<InputDocument> documents)
    {
        string mark = "#";
        while (documents.Any(document => document.Id?.StartsWith(mark, StringComparison.Ordinal) ?? false))
        {
            mark += "#";
        }

        return mark;
    }
}

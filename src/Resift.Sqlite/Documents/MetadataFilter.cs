using Microsoft.Data.Sqlite;

namespace Resift.Sqlite;

/// <summary>
/// The condition on metadata as SQL. A label that all passages of a document have stands once, with passage 0; the others stand with their
/// passage.
/// </summary>
internal sealed class MetadataFilter
{
    private readonly byte[][] _labels;

    private MetadataFilter(byte[][] labels) => _labels = labels;

    /// <summary>Gets the ids of the passages that fulfil it.</summary>
    public string PassageIds =>
        "SELECT p.id FROM labels l JOIN passages p ON p.document = l.document AND l.passage IN (0, p.id) WHERE l.label = $label0" +
        Others("p.document", "p.id");

    /// <summary>Gets the ids of the documents all of whose passages fulfil it.</summary>
    public string DocumentIds => "SELECT l.document FROM labels l WHERE l.label = $label0 AND l.passage = 0" + Others("l.document", "0");

    /// <summary>Gets the filter, or null if there is no condition.</summary>
    public static MetadataFilter? Of(IReadOnlyDictionary<string, string>? conditions, long collection) => conditions is not { Count: > 0 }
        ? null
        : new([.. conditions.Select(condition => Label.Of(collection, condition.Key, condition.Value))]);

    public void AddTo(SqliteCommand command)
    {
        for (int i = 0; i < _labels.Length; i++)
        {
            command.Parameters.AddWithValue($"$label{i}", _labels[i]);
        }
    }

    private string Others(string document, string passage) => string.Concat(Enumerable.Range(1, _labels.Length - 1).Select(i =>
        $" AND EXISTS (SELECT 1 FROM labels m WHERE m.label = $label{i} AND m.document = {document} AND m.passage IN (0, {passage}))"));
}

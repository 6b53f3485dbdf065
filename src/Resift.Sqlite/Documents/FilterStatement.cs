using Microsoft.Data.Sqlite;
using Resift.Retrieval;

namespace Resift.Sqlite;

/// <summary>
/// A filter on metadata as SQL. Conditions on one exact value are looked up by labels: one that all passages of a document have stands
/// once, with passage 0; the others stand with their passage. All other conditions are computed by a function of ours from the metadata.
/// </summary>
internal sealed class FilterStatement
{
    private const string Function = "resift_matches";

    private readonly long _collection;
    private readonly byte[][] _labels;
    private readonly MetadataFilter? _rest;

    private FilterStatement(MetadataFilter filter, long collection)
    {
        _collection = collection;
        _labels =
        [
            .. filter.Conditions.Where(IsLabel).Select(condition => Label.Create(collection, condition.Key, condition.Values[0])),
        ];
        var rest = filter.Conditions.Where(condition => !IsLabel(condition)).ToArray();
        _rest = rest is [] ? null : new(rest);
    }

    /// <summary>Gets the ids of the passages that fulfil it.</summary>
    public string PassageIds => _labels is []
        ? $"SELECT p.id FROM documents d JOIN passages p ON p.document = d.id WHERE d.collection = $filtered AND {Matches("p.metadata")}"
        : "SELECT p.id FROM labels l JOIN passages p ON p.document = l.document AND l.passage IN (0, p.id) " +
            $"JOIN documents d ON d.id = p.document WHERE l.label = $label0{Others("p.document", "p.id")} AND {Matches("p.metadata")}";

    /// <summary>Gets the ids of the documents that fulfil it by what all of their passages have.</summary>
    public string DocumentIds => _labels is []
        ? $"SELECT d.id FROM documents d WHERE d.collection = $filtered AND {Matches("NULL")}"
        : "SELECT l.document FROM labels l JOIN documents d ON d.id = l.document WHERE l.label = $label0 AND l.passage = 0" +
            $"{Others("l.document", "0")} AND {Matches("NULL")}";

    /// <summary>Creates the statement; null if there is no condition.</summary>
    public static FilterStatement? Create(MetadataFilter? filter, long collection) =>
        filter is { Conditions.Count: > 0 } ? new(filter, collection) : null;

    /// <summary>Binds the values to a command that has one of the statements in it.</summary>
    public void AddTo(SqliteCommand command)
    {
        if (_labels is [])
        {
            command.Parameters.AddWithValue("$filtered", _collection);
        }

        for (int i = 0; i < _labels.Length; i++)
        {
            command.Parameters.AddWithValue($"$label{i}", _labels[i]);
        }

        if (_rest is { } rest)
        {
            // In place of that of the search which had the connection before.
            command.Connection!.CreateFunction<string, string?, bool>(Function, new Metadata(rest).Matches, isDeterministic: true);
        }
    }

    private static bool IsLabel(MetadataCondition condition) => condition is { Operator: MetadataOperator.Equal, Values.Count: 1 };

    private string Matches(string passage) => _rest is null ? "1" : $"{Function}(d.metadata, {passage})";

    private string Others(string document, string passage) => string.Concat(Enumerable.Range(1, _labels.Length - 1).Select(i =>
        $" AND EXISTS (SELECT 1 FROM labels m WHERE m.label = $label{i} AND m.document = {document} AND m.passage IN (0, {passage}))"));

    /// <summary>Asks the filter, about a document once however many passages it has.</summary>
    private sealed class Metadata(MetadataFilter filter)
    {
        private string? _json;
        private Dictionary<string, string> _document = [];
        private bool _fits;

        public bool Matches(string document, string? passage)
        {
            if (document != _json)
            {
                _document = MetadataJson.Read(document);
                _fits = filter.Matches(_document);
                _json = document;
            }

            return passage is null ? _fits : filter.Matches(MetadataJson.Merge(_document, MetadataJson.Read(passage)));
        }
    }
}

using System.Globalization;

namespace Resift.Testing;

/// <summary>Relevance judgements: how relevant documents are to queries, as BEIR stores them (tab separated, with a heading).</summary>
internal sealed class Qrels
{
    private readonly Dictionary<string, Dictionary<string, int>> _byQuery = [];
    private readonly List<string> _queryIds = [];

    /// <summary>Gets the judged queries, in the order of the file.</summary>
    public IReadOnlyList<string> QueryIds => _queryIds;

    /// <summary>Gets the grades of one query's judged documents, by document.</summary>
    public IReadOnlyDictionary<string, int> this[string queryId] => _byQuery[queryId];

    /// <summary>Reads a file of lines <c>query-id, corpus-id, score</c>.</summary>
    public static Qrels Read(string path)
    {
        var qrels = new Qrels();
        foreach (string line in File.ReadLines(path).Skip(1))
        {
            string[] columns = line.Split('\t');
            if (!qrels._byQuery.TryGetValue(columns[0], out var grades))
            {
                qrels._byQuery.Add(columns[0], grades = []);
                qrels._queryIds.Add(columns[0]);
            }

            grades[columns[1]] = int.Parse(columns[2], CultureInfo.InvariantCulture);
        }

        return qrels;
    }
}

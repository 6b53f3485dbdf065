using System.Text.Json;

namespace Resift.Retrieval.Tests.Quality;

/// <summary>The texts of a data set as BEIR stores them.</summary>
internal static class DataSetTexts
{
    /// <summary>Reads documents, or queries, from JSON Lines; the text of a document is its title, if it has one, and its text.</summary>
    public static IEnumerable<SearchDocument> Read(string file)
    {
        foreach (string line in File.ReadLines(file))
        {
            using var json = JsonDocument.Parse(line);
            string? title = json.RootElement.TryGetProperty("title", out var value) ? value.GetString() : null;
            string text = json.RootElement.GetProperty("text").GetString()!;
            yield return new(json.RootElement.GetProperty("_id").GetString()!, string.IsNullOrEmpty(title) ? text : $"{title} {text}");
        }
    }
}

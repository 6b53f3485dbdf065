using System.Globalization;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>What an indexing run did.</summary>
/// <param name="Files">How many files were read.</param>
/// <param name="Upsert">What became of their documents.</param>
/// <param name="Removed">How many documents were removed.</param>
internal sealed record IndexSummary(int Files, UpsertResult Upsert, int Removed)
{
    /// <summary>Gets it as a sentence.</summary>
    public string Line(TimeSpan elapsed)
    {
        string reused = Upsert.PassagesReused == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" and {Upsert.PassagesReused:N0} kept");
        return string.Create(CultureInfo.InvariantCulture,
            $"{Upsert.Added:N0} added, {Upsert.Updated:N0} updated, {Upsert.Unchanged:N0} unchanged, {Removed:N0} removed " +
            $"({Files:N0} files, {Upsert.PassagesEmbedded:N0} passages embedded{reused}, {elapsed.TotalSeconds:F1} s)");
    }
}

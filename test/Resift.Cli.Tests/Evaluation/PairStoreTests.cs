using Microsoft.Data.Sqlite;

namespace Resift.Cli.Tests.Evaluation;

public sealed class PairStoreTests : IDisposable
{
    private static readonly ScoredPair _pair = new(-1.5, 2.25, 30, 0.001);

    private readonly CommandLine _cli = new();

    private string Path => _cli.At("scores/pairs.db");

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Find_AfterReopening_GetsWhatWasKept()
    {
        using (var store = PairStore.Open(Path))
        {
            store.Add(store.Use("model"), "query", [("a", _pair), ("b", _pair with { Tokens = null, Cost = null })]);
        }

        using var again = PairStore.Open(Path);
        long model = again.Use("model");

        Assert.Equal(_pair, again.Find(model, "query", "a"));
        Assert.Equal(_pair with { Tokens = null, Cost = null }, again.Find(model, "query", "b"));
        Assert.Null(again.Find(model, "query", "c"));
        Assert.Null(again.Find(model, "other query", "a"));
        Assert.Null(again.Find(again.Use("other model"), "query", "a"));
    }

    [Fact]
    public void Find_InfiniteScore_IsKept()
    {
        using var store = PairStore.Open(Path);
        long model = store.Use("model");
        store.Add(model, "query", [("a", _pair with { Score = double.NegativeInfinity })]);

        Assert.Equal(double.NegativeInfinity, store.Find(model, "query", "a")?.Score);
    }

    [Fact]
    public void FindVector_Kept_HasItsNumbersAndWhatWasCut()
    {
        using var store = PairStore.Open(Path);
        long model = store.Use("model");
        store.AddVectors(model, [("text", new([0.5f, -2], 7))]);

        var found = store.FindVector(model, "text");

        Assert.Equal([0.5f, -2], found!.Values);
        Assert.Equal(7, found.TruncatedTokens);
        Assert.Null(store.FindVector(model, "other"));
    }

    [Fact]
    public void Open_TooLargeFile_ForgetsWhatWasNotUsedForLongest()
    {
        using (var store = PairStore.Open(Path))
        {
            foreach (string model in new[] { "old", "used again", "new" })
            {
                store.Add(store.Use(model), "query", Enumerable.Range(0, 2000).Select(i => ($"{i}", _pair)));
            }

            store.Use("used again");
        }

        long size = new FileInfo(Path).Length;
        using var smaller = PairStore.Open(Path, size - 1);

        Assert.Null(smaller.Find(smaller.Use("old"), "query", "1"));
        Assert.NotNull(smaller.Find(smaller.Use("used again"), "query", "1"));
        Assert.NotNull(smaller.Find(smaller.Use("new"), "query", "1"));
    }

    [Fact]
    public void Open_FileOfSomethingElse_IsRefusedAndLeftAsItIs()
    {
        string text = _cli.File("notes.txt", "These are notes, and no data base.");
        string other = _cli.At("other.db");
        using (var connection = new SqliteConnection($"Data Source={other};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE mine (x)";
            command.ExecuteNonQuery();
        }

        Assert.Contains("--store", Assert.Throws<InvalidDataException>(() => PairStore.Open(text)).Message, StringComparison.Ordinal);
        Assert.Contains("--store", Assert.Throws<InvalidDataException>(() => PairStore.Open(other)).Message, StringComparison.Ordinal);
        Assert.Equal("These are notes, and no data base.", File.ReadAllText(text));
    }
}

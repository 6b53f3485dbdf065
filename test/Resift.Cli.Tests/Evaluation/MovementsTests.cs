using Resift.Evaluation;
using Resift.Retrieval;

namespace Resift.Cli.Tests.Evaluation;

public sealed class MovementsTests
{
    private readonly Qrels _qrels = Qrels.Create(new Dictionary<string, Dictionary<string, int>>
    {
        ["q1"] = new() { ["a"] = 1, ["b"] = 0, ["c"] = 2 },
        ["q2"] = new() { ["a"] = 1 },
    });

    [Fact]
    public void Find_RelevantDocumentFell_SaysWhatStandsAboveIt()
    {
        var movement = Assert.Single(Find("q1", ["a", "b", "x", "c"], ["b", "x", "a", "c"], 0.9, 0.4));

        Assert.Equal(("q1", "text of q1", 0.9, 0.4), (movement.QueryId, movement.Query, movement.Before, movement.After));
        Assert.Equal(
            "A relevant document fell from 1 to 3; of those above it, 1 are judged irrelevant and 1 were never judged.", movement.Why);
        Assert.Equal(
            [new("b", 0, 2, 1, "text of b"), new("x", null, 3, 2, "text of x"), new("a", 1, 1, 3, "text of a")], movement.Documents);
    }

    [Fact]
    public void Find_OneRoseAndAnotherFell_NamesTheOneThatExplainsTheChange()
    {
        var movement = Assert.Single(Find("q1", ["a", "x", "y", "c"], ["x", "c", "a", "y"], 0.4, 0.6));

        Assert.Equal("A relevant document rose from 4 to 2, and 1 more moved.", movement.Why);
    }

    [Fact]
    public void Find_NoChange_IsNoMovement() => Assert.Empty(Find("q2", ["x", "y"], ["y", "x"], 0, 0));

    [Fact]
    public void Find_WithoutTexts_HasNone()
    {
        var movement = Assert.Single(Find("q2", ["x", "a"], ["a", "x"], 0.6, 1, showsTexts: false));

        Assert.Null(movement.Query);
        Assert.All(movement.Documents, document => Assert.Null(document.Text));
    }

    private IReadOnlyList<MovementReport> Find(
        string id, string[] before, string[] after, double valueBefore, double valueAfter, bool showsTexts = true)
    {
        var candidates = before.Select((document, place) => new Candidate(new(document, $"text of {document}"), -place));
        var query = new QueryCandidates(new(id, $"text of {id}"), new([.. candidates], null));
        return new Movements(_qrels, showsTexts).Find(
            [query], [new(query, before, [], [])], [new(query, after, [], [])],
            new Dictionary<string, double> { [id] = valueBefore }, new Dictionary<string, double> { [id] = valueAfter });
    }
}

using CsCheck;
using Microsoft.Extensions.AI;
using static Resift.Retrieval.Tests.RagSetup;

namespace Resift.Retrieval.Tests;

/// <summary>Models that write their reasoning into the answer.</summary>
public sealed class RagReasoningTests
{
    private static readonly string[] _pieces =
        ["<think>", "</think>", "<thi", "nk>", "</", "think>", "<", "a", " ", "\n", "`", "Mars [1]"];

    private static readonly string[] _parts = ["Two", " <b", "> and", " more"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("<think>Is it [4]?</think>Two [1].", "Two [1].")]
    [InlineData("\n<think>\nIs it [4]?\n</think>\n\nTwo [1].\n", "Two [1].\n")]
    [InlineData("Is it [4]?\n</think>\n\nTwo [1].", "Two [1].")]
    [InlineData("</think>Two [1].", "Two [1].")]
    [InlineData("<think>a</think><think>b</think> Two [1].", "Two [1].")]
    [InlineData("<think>a <think>b</think> c</think>Two [1].", "Two [1].")]
    [InlineData("<think>Is it [4]?", "")]
    [InlineData("<think></think>", "")]
    [InlineData("Is it?</think>", "")]
    [InlineData(" Two <b [1].", " Two <b [1].")]
    [InlineData("<thinking about it, two [1].", "<thinking about it, two [1].")]
    [InlineData("It writes `<think>` before and `</think>` behind [1].", "It writes `<think>` before and `</think>` behind [1].")]
    [InlineData("It ends with `</think>` [1].", "It ends with `</think>` [1].")]
    [InlineData("Two <thi", "Two <thi")]
    [InlineData("<th", "<th")]
    [InlineData(" \n", " \n")]
    public async Task Ask_Reasoning_IsNoPartOfTheAnswer(string written, string expected)
    {
        foreach (int length in new[] { 1, 3, 1000 })
        {
            var (shown, streamed) = await StreamAsync(Parts(written, length));
            Assert.Equal((expected, expected), (shown, streamed.Text));
            Assert.Equal(written, streamed.Response!.Text);
        }

        var whole = await Pipeline(Parts(written, 1000)).AskAsync(Question, cancellationToken: Token);
        Assert.Equal(expected, whole.Text);
        Assert.Empty(whole.InvalidCitations);
        Assert.All(whole.Citations, citation => Assert.Equal("[1]", whole.Text.Substring(citation.Start, citation.Length)));
    }

    [Fact]
    public async Task AskStreaming_TextThatIsNoReasoning_ComesAtOnce()
    {
        List<string> texts = [];
        await foreach (var update in Pipeline(_parts).AskStreamingAsync(Question, cancellationToken: Token))
        {
            texts.Add(update.Text);
        }

        Assert.Equal(["", .. _parts, ""], texts);
    }

    [Fact]
    public void Ask_AnyMixOfTags_IsTheSameInAnyPartsAndAsAWhole() =>
        Gen.Int[0, _pieces.Length - 1].List[0, 12].Select(places => string.Concat(places.Select(place => _pieces[place]))).Sample(
            written =>
            {
                var (whole, _) = StreamAsync([written]).GetAwaiter().GetResult();
                for (int length = 1; length <= 5; length += 2)
                {
                    var (shown, answer) = StreamAsync(Parts(written, length)).GetAwaiter().GetResult();
                    Assert.Equal((whole, whole), (shown, answer.Text));
                }
            },
            iter: 300);

    private static async Task<(string Shown, RagAnswer Answer)> StreamAsync(string[] parts)
    {
        string shown = "";
        RagAnswer? answer = null;
        await foreach (var update in Pipeline(parts).AskStreamingAsync(Question, cancellationToken: Token))
        {
            shown = update.IsRestart ? update.Text : shown + update.Text;
            answer = update.Answer ?? answer;
        }

        return (shown, answer!);
    }

    private static RagPipeline Pipeline(string[] parts) => new(
        Search(Moons),
        new ScriptedChatClient(_ => parts.Select(part => new ChatResponseUpdate(ChatRole.Assistant, part)).ToAsyncEnumerable()));

    private static string[] Parts(string text, int length) => [.. text.Chunk(length).Select(part => new string(part))];
}

using System.Text;

namespace Resift.Evaluation.Tests;

public sealed class Utf8InputTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a\n")]
    [InlineData("a\nb")]
    [InlineData("a\r\n\r\nb\r\n")]
    [InlineData("\n\n")]
    public async Task ReadLineAsync_AnyChunks_GivesTheLinesOfAStringReader(string text)
    {
        var expected = new List<string>();
        var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            expected.Add(line);
        }

        Assert.Equal(expected, await LinesAsync(Encoding.UTF8.GetBytes(text), chunk: 1));
        Assert.Equal(expected, await LinesAsync(Encoding.UTF8.GetBytes(text), chunk: 1_000));
    }

    [Fact]
    public async Task ReadLineAsync_ByteOrderMark_IsNoText()
    {
        Assert.Equal(["a"], await LinesAsync([0xEF, 0xBB, 0xBF, (byte)'a'], chunk: 2));
    }

    [Fact]
    public async Task ReadLineAsync_LinesLongerThanTheBuffer_AreWhole()
    {
        string[] lines = [new('x', 200_000), "short", new('é', 300_000), ""];

        Assert.Equal(lines, await LinesAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), chunk: 7_919));
    }

    [Fact]
    public async Task ReadRestAsync_AfterPeek_GivesEverything()
    {
        await using var input = new Utf8Input(new ChunkedStream("  [ 1,\n2]"u8.ToArray(), 1), "test");

        Assert.Equal("[1", await input.PeekAsync(TestContext.Current.CancellationToken));
        Assert.Equal("  [ 1,\n2]", Encoding.UTF8.GetString((await input.ReadRestAsync(TestContext.Current.CancellationToken)).Span));
        Assert.False(await input.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<List<string>> LinesAsync(byte[] bytes, int chunk)
    {
        await using var input = new Utf8Input(new ChunkedStream(bytes, chunk), "test");
        var lines = new List<string>();
        while (await input.ReadLineAsync(TestContext.Current.CancellationToken))
        {
            lines.Add(Encoding.UTF8.GetString(input.Line.Span));
            Assert.Equal(lines.Count, input.LineNumber);
        }

        return lines;
    }

    private sealed class ChunkedStream(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}

using Resift.Local.Inference;

namespace Resift.Local.Tests;

public sealed unsafe class NativeBufferTests
{
    // Small, whole pages, more than a large page, more than a whole range of addresses.
    [Theory]
    [InlineData(1)]
    [InlineData(8_192)]
    [InlineData(1_000_003)]
    [InlineData(20_000_000)]
    public void NewBuffer_IsZeroedAndAligned_AlsoWhereAnotherWasBefore(int length)
    {
        for (int round = 0; round < 3; round++)
        {
            using var buffer = new NativeBuffer(length);

            Assert.Equal(0, (nint)buffer.Pointer % 64);
            Assert.True(buffer.Span(0, length).IndexOfAnyExcept(0f) < 0);
            buffer.Span(0, length).Fill(1);
        }
    }

    [Fact]
    public void Buffers_OfManyThreads_NeverOverlapAndSurviveTheirNeighbours()
    {
        Parallel.For(0, 8, thread =>
        {
            var random = new Random(thread);
            List<(NativeBuffer Buffer, float Mark)> held = [];
            for (int i = 0; i < 200; i++)
            {
                var buffer = new NativeBuffer(random.Next(1, 200_000));
                Assert.True(buffer.Span(0, (int)buffer.Length).IndexOfAnyExcept(0f) < 0);
                buffer.Span(0, (int)buffer.Length).Fill((thread * 1000) + i + 1);
                held.Add((buffer, (thread * 1000) + i + 1));
                if (held.Count > 12)
                {
                    int given = random.Next(held.Count);
                    Assert.True(held[given].Buffer.Span(0, (int)held[given].Buffer.Length).IndexOfAnyExcept(held[given].Mark) < 0);
                    held[given].Buffer.Dispose();
                    held.RemoveAt(given);
                }
            }

            foreach (var (buffer, mark) in held)
            {
                Assert.True(buffer.Span(0, (int)buffer.Length).IndexOfAnyExcept(mark) < 0);
                buffer.Dispose();
            }
        });
    }

    [Fact]
    public void Piece_MoreThanThereAreAddresses_IsRefusedAndTheNextIsGiven()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux gives large pages to who asks.");

        Assert.Null(LargePages.TryTake(nuint.MaxValue / 4));
        var piece = LargePages.TryTake(100_000);

        Assert.NotNull(piece);
        LargePages.Return(piece);
    }
}

using System.Globalization;

namespace Resift.Cli;

/// <summary>
/// Runs parsers, which know no cancellation, on threads of their own: with a stack that no nesting within their limits overflows, and for a
/// limited time.
/// </summary>
/// <remarks>
/// A thread cannot be ended from outside. What is given up is told to stop, which the readers of PDF and of Office files heed between
/// paragraphs; anything else goes on in the background until it is done or the process ends. Only a few may do so.
/// </remarks>
/// <param name="limit">How long one call may take.</param>
internal sealed class ParserThread(TimeSpan limit)
{
    private const int StackSize = 64 * 1024 * 1024;
    private const int MostGivenUp = 4;

    private int _givenUp;

    /// <summary>Gets how long a call may take.</summary>
    public TimeSpan Limit { get; } = limit;

    /// <summary>Runs a parser.</summary>
    /// <exception cref="InvalidDataException">It takes too long.</exception>
    /// <exception cref="TimeoutException">It takes too long, and so did too many before.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, T> parse, CancellationToken cancellationToken)
    {
        // Not disposed of, since a thread that was given up may still look at it; it holds nothing but memory.
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(parse, stop, result), StackSize) { IsBackground = true, Name = "resift parser" }.Start();
        try
        {
            return await result.Task.WaitAsync(Limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            await stop.CancelAsync();
            if (++_givenUp > MostGivenUp)
            {
                throw new TimeoutException(
                    $"{_givenUp} files took too long to be read, and may still be read in the background. Leave them out with --exclude.");
            }

            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"reading it takes more than {Limit.TotalSeconds:0.###} s (--file-timeout)."));
        }
    }

    private static void Run<T>(Func<CancellationToken, T> parse, CancellationTokenSource stop, TaskCompletionSource<T> result)
    {
        try
        {
            result.TrySetResult(parse(stop.Token));
        }
        catch (Exception exception)
        {
            result.TrySetException(exception);
            // Nobody may be waiting any more.
            _ = result.Task.Exception;
        }
    }
}

namespace Resift.Cli;

/// <summary>Opens models, each of which takes its time, at once.</summary>
internal static class Opening
{
    /// <summary>
    /// Opens two at the same time. If one of them fails, the other is waited for and disposed before that failure is thrown.
    /// </summary>
    public static async Task<(TFirst First, TSecond Second)> BothAsync<TFirst, TSecond>(Func<TFirst> openFirst, Func<TSecond> openSecond)
        where TFirst : IDisposable?
        where TSecond : IDisposable?
    {
        var first = Task.Run(openFirst);
        var second = Task.Run(openSecond);
        try
        {
            return (await first, await second);
        }
        catch
        {
            await DisposeAsync(first);
            await DisposeAsync(second);
            throw;
        }
    }

    private static async Task DisposeAsync<T>(Task<T> opening)
        where T : IDisposable?
    {
        // Only the first failure is reported; what else failed to open needs no disposal.
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            opening.Result?.Dispose();
        }
    }
}

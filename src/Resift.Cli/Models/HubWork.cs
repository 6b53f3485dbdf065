using System.Globalization;

namespace Resift.Cli;

/// <summary>Shows on standard error how far work on a model's files is.</summary>
/// <param name="console">Where it is shown.</param>
internal sealed class HubWork(CliConsole console) : IProgress<HubProgress>
{
    private Action<long> _show = _ => { };
    private HubProgress _now;
    private long? _first;

    /// <summary>Runs the work.</summary>
    /// <param name="total">How many bytes there are.</param>
    /// <param name="work">The work, which reports to its argument.</param>
    public async Task<T> RunAsync<T>(long total, Func<IProgress<HubProgress>, Task<T>> work)
    {
        T? result = default;
        await WorkProgress.RunAsync(console, Math.Max(1, total), Describe, async show =>
        {
            _show = show;
            result = await work(this);
        });
        return result!;
    }

    public void Report(HubProgress value)
    {
        if (value.Activity != _now.Activity || value.File != _now.File)
        {
            if (value.Activity == HubActivity.Waiting)
            {
                console.Note($"another process has {value.File}; waiting for it");
            }
            else if (value.Activity == HubActivity.Retrying)
            {
                console.Note($"{value.File} broke off at {Megabytes(value.Done)} of {Megabytes(value.Total)} in all; trying again");
            }
        }

        _now = value;
        _first ??= value.Done;
        _show(value.Done);
    }

    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:N1} MB");

    private string Describe(TimeSpan elapsed)
    {
        double rate = (_now.Done - (_first ?? 0)) / Math.Max(elapsed.TotalSeconds, 1e-3);
        return string.Create(
            CultureInfo.InvariantCulture, $"{_now.File}, {_now.Done / 1e6:N1} of {Megabytes(_now.Total)}, {rate / 1e6:N1} MB/s");
    }
}

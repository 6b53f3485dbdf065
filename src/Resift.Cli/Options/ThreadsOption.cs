using System.CommandLine;

namespace Resift.Cli;

/// <summary>
/// The option <c>--threads</c>. More threads than processors compute nothing sooner, and a huge number of them ends the process.
/// </summary>
internal sealed class ThreadsOption
{
    private const int MostPerProcessor = 4;

    private readonly Option<int?> _threads = OptionTypes.Number(
        "--threads", "How many threads compute. Default: one per processor. Scores do not depend on it.", minimum: 1);

    public void AddTo(Command command) => command.Add(_threads);

    /// <summary>Gets how many threads compute, at most a few for each processor, and says if that is fewer than were asked for.</summary>
    public int? Read(ParseResult parsed)
    {
        int most = MostPerProcessor * Environment.ProcessorCount;
        int? threads = parsed.GetValue(_threads);
        if (threads > most)
        {
            parsed.InvocationConfiguration.Error.WriteLine(
                $"resift: --threads {threads} is more than {MostPerProcessor} for each of {Environment.ProcessorCount} processors; " +
                $"{most} are used");
            return most;
        }

        return threads;
    }
}

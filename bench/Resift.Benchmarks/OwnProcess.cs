using System.Diagnostics;

namespace Resift.Benchmarks;

/// <summary>This program once more, for what is measured in a process of its own.</summary>
internal static class OwnProcess
{
    /// <summary>Gets how it is started; what it writes is read.</summary>
    public static ProcessStartInfo Start(IEnumerable<string> args)
    {
        string program = Environment.ProcessPath!;
        string[] before = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(OwnProcess).Assembly.Location] : [];
        return new(program, [.. before, .. args]) { RedirectStandardOutput = true };
    }
}

namespace Resift.Cli;

/// <summary>Asks once for each model whose licence forbids commercial use, and remembers the answer.</summary>
/// <param name="console">Where is asked, and whose home folder remembers it.</param>
internal sealed class LicenseConsent(CliConsole console)
{
    private const string FileName = "accepted-licenses";

    /// <summary>Determines whether the name of a licence says that commercial use is forbidden.</summary>
    public static bool IsNonCommercial(string? license) => license is not null &&
        (license.Split('-', ' ', '_').Contains("nc", StringComparer.OrdinalIgnoreCase) ||
        license.Replace("-", "", StringComparison.Ordinal).Contains("noncommercial", StringComparison.OrdinalIgnoreCase));

    /// <summary>Requires that a licence which forbids commercial use is accepted.</summary>
    /// <param name="repository">The model.</param>
    /// <param name="license">Its licence; null if its card states none.</param>
    /// <param name="isAccepted">Whether the command line accepts it.</param>
    /// <exception cref="UsageException">It is not.</exception>
    public void Require(string repository, string? license, bool isAccepted)
    {
        if (!IsNonCommercial(license))
        {
            return;
        }

        string line = $"{repository} {license}";
        if (RememberedIn() is { } path && File.Exists(path) && File.ReadLines(path).Contains(line))
        {
            return;
        }

        if (!isAccepted && !Ask(repository, license!))
        {
            throw new UsageException($"{repository} may not be used commercially ({license}), which was not accepted. Read the licence " +
                "on its page of the hub, and accept it once by --accept-license.");
        }

        if (RememberedIn() is { } file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.AppendAllText(file, line + "\n");
        }
    }

    private bool Ask(string repository, string license)
    {
        if (!console.IsInputTerminal || !console.IsErrorTerminal)
        {
            return false;
        }

        console.Error.Write(Printable.OneLine(
            $"{repository} has the licence {license}, which forbids commercial use. Do you accept it? [y/N]") + " ");
        using var input = new StreamReader(console.OpenInput());
        return input.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    private string? RememberedIn()
    {
        string? home = console.Variable("HOME") ?? console.Variable("USERPROFILE");
        string? settings = console.Variable("XDG_CONFIG_HOME") ?? (home is null ? null : Path.Combine(home, ".config"));
        return settings is null ? null : Path.Combine(settings, "resift", FileName);
    }
}

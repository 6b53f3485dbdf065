using System.CommandLine;
using System.Globalization;

namespace Resift.Cli;

/// <summary>How facts are written.</summary>
internal enum FactsFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For programs.</summary>
    Json,
}

/// <summary>What the commands that show facts have in common.</summary>
internal static class Facts
{
    /// <summary>Creates the option that says how they are written.</summary>
    public static Option<FactsFormat?> FormatOption() => OptionTypes.Choice(
        "--format", "How the facts are written. Default: table.", FactsFormat.Table, FactsFormat.Json);

    /// <summary>Gets a number for people.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

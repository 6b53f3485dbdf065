using System.CommandLine;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>The option that names the profile by which an index is searched.</summary>
internal sealed class ProfileOption(CliConsole console)
{
    private const string None = "none";

    private readonly Option<string> _profile = OptionTypes.Text(
        "--profile",
        "How to search, as resift tune wrote it: first stage, tier, depth, weight and threshold. Options beside it win; what was fitted " +
            $"to another tier than --tier is left out. {None}: by no profile. Default: that of {ConfigurationFile.FileName}.",
        $"FILE|{None}");

    public void AddTo(Command command) => command.Add(_profile);

    /// <summary>Gets the profile; null for none.</summary>
    /// <exception cref="InvalidDataException">The file holds none.</exception>
    public SearchProfile? Read(ParseResult parsed) => Load(parsed.GetValue(_profile) ?? console.Defaults.Profile);

    /// <summary>Gets the profile that the command line names; null for none.</summary>
    /// <exception cref="InvalidDataException">The file holds none.</exception>
    public SearchProfile? ReadNamed(ParseResult parsed) => Load(parsed.GetValue(_profile));

    private static SearchProfile? Load(string? path) => path is null or None ? null : SearchProfile.Load(path);

    /// <summary>Gets a model that was opened, unless the profile was fitted to another one.</summary>
    /// <exception cref="InvalidDataException">It was; the model is disposed.</exception>
    public static T Checked<T>(T model, Action<T> check)
        where T : IDisposable
    {
        try
        {
            check(model);
            return model;
        }
        catch (InvalidOperationException exception)
        {
            model.Dispose();
            throw new InvalidDataException(
                $"{exception.Message} Name that model by --model, --provider or --embedder, and its --precision; write another profile " +
                "by resift tune; or search by none with --profile none.",
                exception);
        }
    }
}

using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift models</c>: which models there are, what they are, and where they come from.</summary>
internal sealed class ModelsCommand : Command
{
    public ModelsCommand(CliConsole console, IModelLoader loader)
        : base("models", "Shows models, and gets them from the Hugging Face hub.")
    {
        var list = new ModelsListCommand(console, loader);
        Add(list);
        Add(new ModelsShowCommand(console, loader));
        Add(new ModelsPullCommand(console, loader));
        Add(new ModelsVerifyCommand(console));
        Add(new ModelsRemoveCommand(console));
        Add(new ModelsExportCommand(console));
        Add(new ModelsImportCommand(console));
        SetAction(_ => list.Show(FactsFormat.Table));
    }

    /// <summary>Creates the argument that names a model of the hub.</summary>
    public static Argument<string> NameArgument(string description)
    {
        var argument = new Argument<string>("ORG/NAME") { Description = description, HelpName = "ORG/NAME" };
        argument.CompletionSources.Add([.. Catalogue.All.Select(entry => entry.Repository)]);
        return argument;
    }
}

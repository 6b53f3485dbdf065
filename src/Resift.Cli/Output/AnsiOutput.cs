using System.Text;
using Spectre.Console;

namespace Resift.Cli;

/// <summary>Creates the Spectre console that tables and progress are drawn on, over our own writers.</summary>
internal static class AnsiOutput
{
    public static IAnsiConsole Create(CliConsole console) => Create(console, console.Output, console.IsOutputTerminal);

    public static IAnsiConsole CreateForErrors(CliConsole console) => Create(console, console.Error, console.IsErrorTerminal);

    private static IAnsiConsole Create(CliConsole console, TextWriter writer, bool isTerminal)
    {
        bool ansi = isTerminal && console.AllowsAnsi;
        return AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ansi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new WriterOutput(writer, isTerminal, console.Width),
            // Build servers must not switch colours on in what another program reads.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
    }

    private sealed class WriterOutput(TextWriter writer, bool isTerminal, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => width;

        public int Height => 24;

        public void SetEncoding(Encoding encoding)
        {
            // The writers are UTF-8 from the beginning.
        }
    }
}

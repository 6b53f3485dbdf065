using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Resift.Cli;

/// <summary>
/// Creates the Spectre console that tables and progress are drawn on. Its colours and cursor movements go past the writers that let through
/// printable text only, so what it draws is made printable before they come to it.
/// </summary>
internal static class AnsiOutput
{
    public static IAnsiConsole Create(CliConsole console) => Create(console, console.Output, console.IsOutputTerminal);

    public static IAnsiConsole CreateForErrors(CliConsole console) => Create(console, console.Error, console.IsErrorTerminal);

    private static IAnsiConsole Create(CliConsole console, TextWriter writer, bool isTerminal)
    {
        bool ansi = isTerminal && console.AllowsAnsi;
        var drawn = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ansi ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ansi ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = ansi ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new WriterOutput(((PrintableWriter)writer).Inner, isTerminal, console.Width),
            // Build servers must not switch colours on in what another program reads.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        drawn.Pipeline.Attach(new PrintableHook());
        return drawn;
    }

    private sealed class PrintableHook : IRenderHook
    {
        public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
            renderables.Select(renderable => new PrintableDrawing(renderable));
    }

    private sealed class PrintableDrawing(IRenderable drawing) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => drawing.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => drawing.Render(options, maxWidth).Select(Printed);

        private static Segment Printed(Segment segment) =>
            segment.IsControlCode || segment.IsLineBreak ? segment : new(Printable.Text(segment.Text), segment.Style);
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

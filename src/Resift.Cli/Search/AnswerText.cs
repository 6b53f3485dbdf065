using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Writes an answer, or a prompt, for people.</summary>
internal sealed class AnswerText(CliConsole console)
{
    // What came of an answer that no terminal shows: its beginning may turn out to be none of it.
    private readonly StringBuilder _held = new();
    private bool _isInLine;
    private bool _isAnyShown;

    /// <summary>Gets a value indicating whether the passages that the model was given are shown as well.</summary>
    public bool ShowsPassages { get; init; }

    /// <summary>Writes a part of the answer, on a terminal as soon as it is there.</summary>
    public async Task WritePartAsync(RagUpdate update, CancellationToken cancellationToken)
    {
        if (update.IsRestart)
        {
            Restart();
        }

        if (!console.IsOutputTerminal)
        {
            _held.Append(update.Text);
        }
        else if (update.Text.Length > 0)
        {
            Write(update.Text);
            await console.Output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Ends the answer, and the line that it may have begun.</summary>
    public void EndLine()
    {
        Write(_held.ToString());
        _held.Clear();
        if (_isInLine)
        {
            console.Output.WriteLine();
            _isInLine = false;
        }

        // What is said on standard error stands behind it.
        console.Output.Flush();
        _isAnyShown = false;
    }

    /// <summary>Writes what the model would be asked.</summary>
    public void WritePrompt(IReadOnlyList<ChatMessage> messages)
    {
        foreach (var message in messages)
        {
            console.Output.WriteLine($"--- {message.Role.Value} ---\n{message.Text}\n");
        }
    }

    private void Restart()
    {
        _held.Clear();
        if (_isAnyShown)
        {
            EndLine();
            console.Note("what stands above is the model's reasoning; its answer follows");
        }
    }

    private void Write(string text)
    {
        console.Output.Write(text);
        _isInLine = text.Length > 0 ? text[^1] != '\n' : _isInLine;
        _isAnyShown |= text.Length > 0;
    }

    /// <summary>Writes what the answer rests on.</summary>
    public void WriteSources(RagAnswer answer)
    {
        if (!answer.IsModelCalled)
        {
            return;
        }

        var cited = answer.CitedPassages;
        console.Output.WriteLine(cited.Count > 0
            ? "\nSources:"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"\nThe answer cites none of the {answer.Passages.Count} passages that it was given."));
        foreach (var passage in cited)
        {
            console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  [{passage.Number}] {SearchTable.Heading(passage.Hit)} ({passage.Hit.Score:F2})"));
        }

        if (ShowsPassages)
        {
            WritePassages(answer.Passages);
        }
    }

    private void WritePassages(IReadOnlyList<RagPassage> passages)
    {
        console.Output.WriteLine("\nPassages:");
        foreach (var passage in passages)
        {
            // Indented, so that no line of a document looks like one of ours.
            string text = Printable.Text(passage.Text).TrimEnd().Replace("\n", "\n      ", StringComparison.Ordinal);
            console.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  [{passage.Number}] {SearchTable.Heading(passage.Hit)} ({passage.Hit.Score:F2})\n      {text}"));
        }
    }

}

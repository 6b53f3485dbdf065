using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Resift.Cli;

/// <summary>The console of this process: UTF-8 without a byte order mark in both directions, whatever the locale.</summary>
internal static class ProcessConsole
{
    private const int NarrowestWidth = 40;

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static CliConsole Create()
    {
        bool outputIsTerminal = !Console.IsOutputRedirected;
        if (OperatingSystem.IsWindows() && outputIsTerminal)
        {
            // A Windows console decodes what it is sent by its code page; elsewhere terminals speak UTF-8.
            Console.OutputEncoding = _utf8;
        }

        var output = new StreamWriter(OpenOutput(outputIsTerminal), _utf8, bufferSize: 16 * 1024) { AutoFlush = outputIsTerminal };
        var error = new StreamWriter(Console.OpenStandardError(), _utf8) { AutoFlush = true };
        return new CliConsole(Console.OpenStandardInput, output, error)
        {
            IsInputTerminal = !Console.IsInputRedirected,
            IsOutputTerminal = outputIsTerminal,
            IsErrorTerminal = !Console.IsErrorRedirected,
            AllowsAnsi = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && Environment.GetEnvironmentVariable("TERM") != "dumb",
            Width = outputIsTerminal ? Math.Max(NarrowestWidth, Console.WindowWidth) : 100,
            HandlesSignals = true,
            OnInterrupt = action => PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
            {
                signal.Cancel = true;
                action();
            }),
        };
    }

    private static Stream OpenOutput(bool isTerminal)
    {
        if (isTerminal || OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        // Console's own stream swallows the news that nobody reads any more; "resift embed huge.jsonl | head" should end, not go on.
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (!pipe.CanSeek)
        {
            return pipe;
        }

        // A regular file: a FileStream would keep its own position and so overwrite what others write to the same descriptor.
        return Console.OpenStandardOutput();
    }
}

using System.Text;

namespace Resift.Cli.Tests;

/// <summary>Runs command lines in this process, in a folder of its own.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly SharedWriter _error = new() { NewLine = "\n" };

    public string Folder { get; } = Directory.CreateTempSubdirectory("resift-cli-tests-").FullName;

    public IModelLoader Loader { get; init; } = new TestLoader();

    public bool IsInputTerminal { get; init; }

    public bool IsOutputTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    public bool AllowsAnsi { get; init; }

    /// <summary>Gets the environment variables; none of this process are seen.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public int Width { get; init; } = 100;

    public CancellationToken Stop { get; set; } = TestContext.Current.CancellationToken;

    /// <summary>Gets what stands in for standard output; null to collect it in <see cref="Output"/>.</summary>
    public TextWriter? OutputWriter { get; set; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    /// <summary>Writes a file and gives its path.</summary>
    public string File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    /// <summary>Writes a file and gives its path.</summary>
    public string File(string name, byte[] content)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Gives the path of something in the folder.</summary>
    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Forgets what was written so far.</summary>
    public void Clear()
    {
        _output.GetStringBuilder().Clear();
        _error.Clear();
    }

    public Task<int> RunAsync(params string[] args) => RunWithInputAsync("", args);

    public Task<int> RunWithInputAsync(string input, params string[] args) => RunInAsync(Folder, input, args);

    /// <summary>Runs a command line as if in a folder.</summary>
    public Task<int> RunInAsync(string folder, string input, params string[] args)
    {
        var console = new CliConsole(() => new MemoryStream(Encoding.UTF8.GetBytes(input)), OutputWriter ?? _output, _error)
        {
            IsInputTerminal = IsInputTerminal,
            IsOutputTerminal = IsOutputTerminal,
            IsErrorTerminal = IsErrorTerminal,
            AllowsAnsi = AllowsAnsi,
            Width = Width,
            Folder = folder,
            Environment = Environment.GetValueOrDefault,
        };
        return ResiftCommand.InvokeAsync(args, console, Loader, Stop);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Collects what is written, and may be read meanwhile.</summary>
    private sealed class SharedWriter : TextWriter
    {
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (_text)
            {
                _text.Append(value);
            }
        }

        public void Clear()
        {
            lock (_text)
            {
                _text.Clear();
            }
        }

        public override string ToString()
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }
}

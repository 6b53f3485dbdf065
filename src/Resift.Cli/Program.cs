namespace Resift.Cli;

internal static class Program
{
    private static Task<int> Main(string[] args) =>
        ResiftCommand.InvokeAsync(args, ProcessConsole.Create(), new LocalModelLoader(Environment.GetEnvironmentVariable));
}

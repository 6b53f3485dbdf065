namespace Resift.Cli;

/// <summary>
/// The exercise that <c>resift compare</c> shows to newcomers: three passages answer the question, one repeats its words in a piece of
/// news, and the others share a word or two with it. Written to make the difference visible, and no measure of it.
/// </summary>
internal static class SampleDocuments
{
    public const string Query = "How do I fix memory leak in Python?";

    public static IReadOnlyList<InputDocument> All { get; } =
    [
        new("news", "Release notes: Python 3.12 uses less memory than Python 3.11, and a memory leak in the ssl module of Python has been closed."),
        new("ball-python", "The ball python has a better memory than keepers thought: a python remembers for weeks where it found prey."),
        new("caches", "Most memory leaks come from global lists and caches that only grow. Fix them by giving the cache a maximum size, using " +
            "weak references, and closing files and sessions that you no longer need."),
        new("heap", "Python manages memory in a private heap that holds all objects. The interpreter counts the references to each object, and " +
            "a garbage collector takes care of reference cycles."),
        new("tracemalloc", "To fix a memory leak, first find it: start tracemalloc, take a snapshot before and after the suspicious work, and " +
            "compare the two. The lines whose allocations keep growing hold the leak; drop the references there."),
        new("sink", "A leak under the kitchen sink is quickly repaired: close the valve, unscrew the trap and replace the worn washer."),
        new("sizes", "How much memory does a Python object take? An empty list has 56 bytes, an int 28, and sys.getsizeof() tells the size of " +
            "any Python object."),
        new("workers", "If a library leaks and you cannot fix it, run the work in a child process with multiprocessing and " +
            "maxtasksperchild=100, so that the memory goes back to the system whenever a worker ends."),
    ];
}
